import Manifests

/// One weights file as it is written: all components, or those in which it differs from its `base`.
struct WeightsFile: Sendable {
    typealias Component = RankingWeightsDocument.Component

    var context: SourceContext
    /// Another weights file, relative to this one's folder.
    var base: Located<String>?
    /// In hundredths of a percent.
    var hundredths: [Component: Int] = [:]

    /// Reads the file strictly. Whether it adds up can only be said together with its base.
    init(_ bytes: [UInt8], file: String, yaml: YAMLReader) throws(RenderError) {
        let documents: [Value]
        do { documents = try yaml.parse(bytes, file, .refuse).filter { !$0.isNull } } catch let error as RenderError {
            throw error
        } catch {
            throw RenderError(.invalidYAML, "\(error)", file: file)
        }
        context = SourceContext(file: file, document: 0) { yaml.position($0, 0, bytes, file) }
        guard let value = documents.first else { throw context.error(.invalidWeights, "the file is empty", at: []) }
        if documents.count > 1 { throw context.error(.invalidWeights, "the file has more than one document", at: []) }
        try read(value)
    }

    private mutating func read(_ value: Value) throws(RenderError) {
        let reader = try FieldReader(value, "weights file", at: [], in: context)
        try reader.allow(["apiVersion", "kind", "metadata", "base", "weights"], exactly: true)
        for (key, expected) in [("apiVersion", RankingWeightsDocument.apiVersion), ("kind", RankingWeightsDocument.kind)] {
            let written = try reader.string(key) ?? ""
            if written != expected {
                throw context.error(.invalidWeights, "\(key) must be \(expected), not \"\(written)\"", at: [.key(key)])
            }
        }
        base = try reader.locatedString("base")
        guard let weights = try reader.reader("weights") else {
            if base != nil { return }
            throw context.error(.invalidWeights, "there are no weights", at: [], hint: "add weights: with all five components")
        }
        try weights.allow(Component.allCases.map(\.rawValue), exactly: true)
        for component in Component.allCases {
            if base != nil, weights.object[component.rawValue] == nil { continue }
            hundredths[component] = try Self.read(component, weights)
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

    /// `nil` when there are more than two decimals, or the number is no percentage.
    static func hundredths(_ percent: Double) -> Int? {
        guard percent >= 0, percent <= 100 else { return nil }
        let rounded = (percent * 100).rounded()
        return rounded / 100 == percent ? Int(rounded) : nil
    }
}
