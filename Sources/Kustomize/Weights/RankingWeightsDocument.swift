package import Manifests

/// `weights.yaml` of an environment: how many percent each component of the ranking counts.
package struct RankingWeightsDocument: Sendable, Hashable {
    package enum Component: String, Sendable, Hashable, CaseIterable {
        case freshness, completion, engagement, affinity, deepLearning
    }

    package static let apiVersion = "slipway.dev/v1"
    package static let kind = "RankingWeights"
    package static let fileName = "weights.yaml"
    package static let configMapName = "ranking-weights"

    /// In hundredths of a percent, so that the sum is exact: 10,000 together.
    private var hundredths: [Component: Int]

    package init?(percent: [Component: Double]) {
        var hundredths: [Component: Int] = [:]
        for component in Component.allCases {
            guard let value = percent[component], let exact = Self.hundredths(value) else { return nil }
            hundredths[component] = exact
        }
        guard hundredths.values.reduce(0, +) == 10_000 else { return nil }
        self.hundredths = hundredths
    }

    package func percent(_ component: Component) -> Double { Double(hundredths[component] ?? 0) / 100 }

    /// Reads the file strictly: what is unknown, missing, out of range or does not add up is an error with its place.
    package static func decode(_ bytes: [UInt8], file: String, yaml: YAMLReader) throws(RenderError) -> RankingWeightsDocument {
        let documents: [Value]
        do { documents = try yaml.parse(bytes, file, .refuse).filter { !$0.isNull } } catch {
            throw RenderError(.invalidYAML, "\(error)", file: file)
        }
        let context = SourceContext(file: file, document: 0) { yaml.position($0, 0, bytes, file) }
        guard let value = documents.first else { throw context.error(.invalidWeights, "the file is empty", at: []) }
        if documents.count > 1 { throw context.error(.invalidWeights, "the file has more than one document", at: []) }
        return try RankingWeightsDocument(reading: value, in: context)
    }

    private init(reading value: Value, in context: SourceContext) throws(RenderError) {
        let reader = try FieldReader(value, "weights file", at: [], in: context)
        try reader.allow(["apiVersion", "kind", "metadata", "weights"], exactly: true)
        for (key, expected) in [("apiVersion", Self.apiVersion), ("kind", Self.kind)] {
            let written = try reader.string(key) ?? ""
            if written != expected {
                throw context.error(.invalidWeights, "\(key) must be \(expected), not \"\(written)\"", at: [.key(key)])
            }
        }
        guard let weights = try reader.reader("weights") else {
            throw context.error(.invalidWeights, "there are no weights", at: [], hint: "add weights: with all five components")
        }
        try weights.allow(Component.allCases.map(\.rawValue), exactly: true)
        hundredths = [:]
        for component in Component.allCases { hundredths[component] = try Self.read(component, weights) }
        let sum = hundredths.values.reduce(0, +)
        if sum != 10_000 {
            throw context.error(
                .invalidWeights, "the weights add up to \(Self.text(sum)), not to 100", at: [.key("weights")],
                hint: sum < 10_000 ? "\(Self.text(10_000 - sum)) are missing" : "\(Self.text(sum - 10_000)) are too many")
        }
    }

    private static func read(_ component: Component, _ weights: FieldReader) throws(RenderError) -> Int {
        let key = component.rawValue
        func problem(_ message: String, hint: String? = nil) -> RenderError {
            let path = weights.path + (weights.object[key] == nil ? [] : [.key(key)])
            return weights.context.error(.invalidWeights, message, at: path, hint: hint)
        }
        guard let value = weights.object[key] else { throw problem("the weight of \(key) is missing", hint: "write 0 to leave it out") }
        guard let number = value.number else {
            let isQuoted = value.string.map { Double($0) != nil } ?? false
            throw problem("the weight of \(key) must be a number, not \(value.typeName)", hint: isQuoted ? "take off the quotes" : nil)
        }
        guard number >= 0, number <= 100 else {
            throw problem("the weight of \(key) is \(Scalar.text(of: number)); it must be from 0 to 100")
        }
        guard let exact = hundredths(number) else {
            throw problem("the weight of \(key) is \(Scalar.text(of: number)); it may have two decimals at most")
        }
        return exact
    }

    /// `nil` when there are more than two decimals.
    private static func hundredths(_ percent: Double) -> Int? {
        guard percent >= 0, percent <= 100 else { return nil }
        let rounded = (percent * 100).rounded()
        return rounded / 100 == percent ? Int(rounded) : nil
    }

    private static func text(_ hundredths: Int) -> String { Scalar.text(of: Double(hundredths) / 100) }

    /// The ConfigMap that the ranking service reads: one key a component, and all of them in `weights.json`.
    package func configMap(namespace: String) -> Value {
        var data = Object()
        var all = Object()
        for component in Component.allCases {
            let value = hundredths[component] ?? 0
            data[component.rawValue] = .string(Self.text(value))
            all[component.rawValue] = value % 100 == 0 ? .integer(Int64(value / 100)) : .double(Double(value) / 100)
        }
        data["weights.json"] = .string(JSON.string(.object(all)))
        var metadata: Object = ["name": .string(Self.configMapName)]
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        metadata["labels"] = ["app.kubernetes.io/component": "ranking-weights", "app.kubernetes.io/managed-by": "slipway"]
        return ["apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata), "data": .object(data)]
    }
}
