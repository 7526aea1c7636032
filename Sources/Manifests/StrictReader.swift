/// Decodes a configuration document field by field and collects everything that is wrong with it in one run.
///
/// ```swift
/// let reader = StrictReader(value)
/// let soak = reader.duration("soak", default: .seconds(60))
/// let mode = reader.choice("mode", default: .automatic) as Mode
/// let rollout = reader.object("rollout") { Rollout($0) }
/// try reader.finish()
/// ```
/// A read that fails records an error with its path and returns the default (or `nil`), so that decoding goes on. Every key that is read is known;
/// `finish()` adds an error for each one that is there and was never asked for, with the nearest known key, and throws when there are errors.
/// A key whose value is null counts as absent.
///
/// One reader belongs to one decoding and one task.
package final class StrictReader {
    private let value: Value
    private let path: [PathElement]
    private let collector: Collector
    private var known: [String] = []
    private var children: [StrictReader] = []
    private var ignoresUnknownKeys = false

    /// The errors of a whole document, shared by the readers of its parts.
    private final class Collector {
        var errors: [ManifestError] = []
    }

    package convenience init(_ value: Value, path: [PathElement] = []) { self.init(value, path: path, collector: Collector()) }

    private init(_ value: Value, path: [PathElement], collector: Collector) {
        self.value = value
        self.path = path
        self.collector = collector
        if value.object == nil { fail(.wrongType, "must be a mapping, not \(value.typeName)", at: path) }
    }

    /// What went wrong so far, in the order of reading.
    package var errors: [ManifestError] { collector.errors }

    /// Whether the key is there and not null. Marks it as known.
    package func has(_ key: String) -> Bool { raw(key) != nil }

    /// The keys that are there, in their order. Marks none as known.
    package var keys: [String] { value.object?.keys ?? [] }

    /// Where a key of this reader stands in the document.
    package func path(of key: String) -> [PathElement] { path + [.key(key)] }

    /// Records an error of the caller's own checks about `key` (or this whole mapping when `nil`).
    package func reject(_ key: String?, _ message: String, code: ManifestError.Code = .invalidValue) {
        fail(code, message, at: key.map(path(of:)) ?? path)
    }

    /// Checks the mapping's unread keys too. Call it on the outermost reader, after all was read. Throws `StrictReaderErrors`.
    package func finish() throws(StrictReaderErrors) {
        collectUnknownKeys()
        if !collector.errors.isEmpty { throw StrictReaderErrors(errors: collector.errors) }
    }

    /// Keys that nobody reads are fine here, such as in a mapping of free labels.
    package func allowUnknownKeys() { ignoresUnknownKeys = true }

    private func collectUnknownKeys() {
        if !ignoresUnknownKeys {
            for key in keys where !known.contains(key) {
                let missing = known.filter { value[$0] == nil }
                let near = NearestName.suggestion(for: key, among: missing) ?? NearestName.suggestion(for: key, among: known)
                let advice =
                    near.map { "did you mean \"\($0)\"?" }
                    ?? (known.isEmpty ? "no key is known here" : "known are \(known.sorted().joined(separator: ", "))")
                fail(.unknownKey, "unknown key \"\(key)\"; \(advice)", at: path(of: key))
            }
        }
        for child in children { child.collectUnknownKeys() }
    }

    // MARK: Reading, the way all typed reads go

    /// The value of a key that is there and not null.
    package func raw(_ key: String) -> Value? {
        if !known.contains(key) { known.append(key) }
        guard let member = value[key], !member.isNull else { return nil }
        return member
    }

    /// Reads a key by a conversion that answers `nil` for a value it does not take. `expected` ends the sentence "must be ...".
    package func read<Result>(_ key: String, expected: String, _ convert: (Value) -> Result?) -> Result? {
        guard let member = raw(key) else { return nil }
        if let result = convert(member) { return result }
        fail(.wrongType, "must be \(expected), not \(Self.shown(member))", at: path(of: key))
        return nil
    }

    /// Records `missingKey` when a needed key is absent; wrong values have had their error already.
    package func require<Result>(_ key: String, _ result: Result?) -> Result? {
        if result == nil && raw(key) == nil && value.object != nil { fail(.missingKey, "is missing", at: path(of: key)) }
        return result
    }

    /// The reader of a nested mapping; `nil` when the key is absent. A value of another type is an error, and then the reader has no keys.
    package func reader(_ key: String) -> StrictReader? { raw(key).map { child($0, path(of: key)) } }

    /// Decodes a nested mapping, when there is one.
    package func object<Result>(_ key: String, _ decode: (StrictReader) -> Result?) -> Result? { reader(key).flatMap(decode) }

    /// Decodes each mapping of a list; absent is empty.
    package func objects<Result>(_ key: String, _ decode: (StrictReader) -> Result?) -> [Result] {
        guard let elements = read(key, expected: "a list", \.array) else { return [] }
        return elements.enumerated().compactMap { index, element in decode(child(element, path(of: key) + [.index(index)])) }
    }

    /// The members of a mapping with free keys, each with its path; absent is empty.
    package func members(_ key: String) -> [(key: String, value: Value, path: [PathElement])] {
        guard let object = read(key, expected: "a mapping", \.object) else { return [] }
        return object.map { ($0.key, $0.value, path(of: key) + [.key($0.key)]) }
    }

    private func child(_ value: Value, _ path: [PathElement]) -> StrictReader {
        let child = StrictReader(value, path: path, collector: collector)
        children.append(child)
        return child
    }

    /// Records an error about any place of the document.
    package func fail(_ code: ManifestError.Code, _ message: String, at path: [PathElement]) {
        guard collector.errors.count < ManifestLimits.collectedErrors else { return }
        collector.errors.append(ManifestError(code: code, message: message, path: path))
    }

    /// A value as it appears in an error: scalars themselves, shortened; of others the type.
    static func shown(_ value: Value) -> String {
        switch value {
        case .array, .object, .null: return value.typeName
        case .bool, .integer, .double: return value.shortText
        case .string(let text):
            let short = text.count > 60 ? text.prefix(60) + "…" : text[...]
            return JSON.string(.string(String(short)))
        }
    }
}

/// All that is wrong with a configuration document, never empty.
package struct StrictReaderErrors: Error, Sendable, Hashable, CustomStringConvertible {
    package var errors: [ManifestError]

    package init(errors: [ManifestError]) { self.errors = errors }

    /// One line an error.
    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
