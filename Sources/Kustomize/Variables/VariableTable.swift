import Manifests

/// The variables of one Environment, gathered.
struct VariableTable: Sendable {
    struct Entry: Sendable, Hashable {
        var text: String
        /// The typed value that the policy gives; `nil` for a text of a ConfigMap, whose type is what it looks like.
        var value: Value?
    }

    private(set) var entries: [String: Entry] = [:]

    init() {}

    /// Line ends are left out, as Flux leaves them out: the last one of a block of text is hardly ever meant.
    mutating func set(_ name: String, text: String, value: Value? = nil) {
        var value = value
        let isSplit = text.utf8.contains { $0 == UInt8(ascii: "\n") }
        let text = isSplit ? String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self) : text
        if isSplit, value != nil { value = .string(text) }
        entries[name] = Entry(text: text, value: value)
    }

    func unknown(_ name: String) -> TemplateProblem {
        let nearest = NearestName.suggestion(for: name, among: entries.keys.sorted())
        let advice = "or give a default as in ${\(name):-text}, or write $${\(name)} to keep it as it is"
        return TemplateProblem(
            cause: .unknown(name: name), message: "the variable \(name) is not defined",
            hint: nearest.map { "did you mean \($0)? Else define it, \(advice)" } ?? "define it, \(advice)")
    }
}
