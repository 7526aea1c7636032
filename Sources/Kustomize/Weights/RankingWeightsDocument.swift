package import Manifests

/// The ranking weights of an environment: how many percent each component of the ranking counts.
///
/// They are written in its `weights.yaml`, whole or as what differs from another weights file (``WeightsFile``, ``WeightsReader``).
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
    /// The file that says how much a component counts.
    private var files: [Component: String]

    /// Where every component stands; `hundredths` has all of them and adds up to 10,000.
    init(checked hundredths: [Component: Int], files: [Component: String]) {
        self.hundredths = hundredths
        self.files = files
    }

    package init?(percent: [Component: Double]) {
        var hundredths: [Component: Int] = [:]
        for component in Component.allCases {
            guard let value = percent[component], let exact = WeightsFile.hundredths(value) else { return nil }
            hundredths[component] = exact
        }
        guard hundredths.values.reduce(0, +) == 10_000 else { return nil }
        self.hundredths = hundredths
        files = [:]
    }

    package func percent(_ component: Component) -> Double { Double(hundredths(component)) / 100 }

    /// In hundredths of a percent, for sums and differences without rounding.
    package func hundredths(_ component: Component) -> Int { hundredths[component] ?? 0 }

    /// The file that the component's weight is written in: the environment's own, or the one it builds on.
    package func file(of component: Component) -> String? { files[component] }

    /// Reads a file that stands for itself, without a `base`. What is unknown, missing, out of range or does not add up is an error with its place.
    package static func decode(_ bytes: [UInt8], file: String, yaml: YAMLReader) throws(RenderError) -> RankingWeightsDocument {
        let written = try WeightsFile(bytes, file: file, yaml: yaml)
        if let base = written.base {
            throw base.error(.invalidWeights, "the base \(base.content) can only be read within a repository")
        }
        return try WeightsReader.combined([written])
    }

    static func text(_ hundredths: Int) -> String { Scalar.text(of: Double(hundredths) / 100) }

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
