internal import Manifests
internal import Synchronization

/// Secret values that were planned or applied, to be masked where a container's log repeats them.
final class KnownSecrets: Sendable {
    /// Shorter ones would mask ordinary words.
    private static let minimumCharacters = 6
    private static let maximumValues = 10_000

    private let values = Mutex<Set<String>>([])

    func remember(_ objects: [Value]) {
        for object in objects where object.kind == "Secret" && object.group == "" {
            for (_, value) in object["stringData"]?.object ?? Object() { remember(value.string ?? "") }
            for (_, value) in object["data"]?.object ?? Object() {
                guard let text = value.string, let bytes = Base64.decode(text) else { continue }
                remember(text)
                remember(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    private func remember(_ text: String) {
        // A value of many lines (a key) shows line by line in a log.
        for line in text.split(whereSeparator: \.isNewline) where line.count >= Self.minimumCharacters {
            values.withLock { values in
                if values.count < Self.maximumValues { values.insert(String(line)) }
            }
        }
    }

    func masked(_ line: String) -> String {
        let known = values.withLock { $0 }
        var line = line
        // The longest first: one value may be part of another.
        for value in known.filter({ line.contains($0) }).sorted(by: { $0.count > $1.count }) { line.replace(value, with: "(secret)") }
        return line
    }
}
