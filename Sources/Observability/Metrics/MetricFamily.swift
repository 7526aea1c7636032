/// One metric with all its series, as the registry sees it.
protocol MetricFamily: AnyObject, Sendable {
    var description: MetricDescription { get }
    /// Appends the sample lines, in an order that depends on the labels only.
    func renderSamples(to output: inout String)
}

/// What a metric is, apart from its numbers.
package struct MetricDescription: Sendable, Hashable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package let name: String
    package let help: String
    package let kind: Kind
    package let labels: [String]

    /// Letters that Prometheus does not allow in names become `_`.
    init(name: String, help: String, kind: Kind, labels: [String]) {
        self.name = Self.valid(name, colonsAllowed: true)
        self.help = help
        self.kind = kind
        self.labels = labels.map { Self.valid($0, colonsAllowed: false) }
    }

    private static func valid(_ name: String, colonsAllowed: Bool) -> String {
        var letters = name.utf8.map { byte -> UInt8 in
            let allowed =
                (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
                || (colonsAllowed && byte == UInt8(ascii: ":"))
            return allowed ? byte : UInt8(ascii: "_")
        }
        if let first = letters.first, (48...57).contains(first) { letters.insert(UInt8(ascii: "_"), at: 0) }
        return letters.isEmpty ? "_" : String(decoding: letters, as: UTF8.self)
    }
}
