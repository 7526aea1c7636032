/// Takes secret values out of objects before anything shows, stores or sends them.
package enum SecretRedaction {
    /// What stands in place of a value.
    package static let mask = "(redacted)"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The object without secret values: `data` and `stringData` of a Secret, and of every object the annotation in which kubectl keeps a copy of what
    /// was applied, when that copy is a Secret's. Lists of objects and the Secrets in them too.
    package static func redacted(_ object: Value) -> Value { redacted(object) { _ in mask } }

    /// The same with a marker that is equal for equal values, so that a diff can show that two differ. It is the start of an HMAC-SHA-256: who has no
    /// key cannot try values against it. Use one key for the two sides of a diff, random and kept in memory only.
    package static func redacted(_ object: Value, key: [UInt8]) -> Value {
        redacted(object) { value in
            "(redacted \(Hex.encode(HMAC.sha256(JSON.bytes(value, sortedKeys: true), key: key).prefix(4))))"
        }
    }

    private static func redacted(_ object: Value, _ marker: (Value) -> String) -> Value {
        var result = object
        if let items = object["items"]?.array, object.kind?.hasSuffix("List") == true {
            let itemKind = object.kind == "SecretList" ? "Secret" : nil
            result["items"] = .array(
                items.map { item in
                    guard let itemKind, item.kind == nil else { return redacted(item, marker) }
                    var typed = item
                    typed["kind"] = .string(itemKind)
                    var masked = redacted(typed, marker)
                    masked["kind"] = nil
                    return masked
                })
        }
        let isSecret = object.kind == "Secret" && (object.group ?? "").isEmpty
        if isSecret {
            for field in ["data", "stringData"] { maskValues(of: field, in: &result, marker) }
        }
        maskLastApplied(isSecret: isSecret, in: &result, marker)
        return result
    }

    private static func maskValues(of field: String, in object: inout Value, _ marker: (Value) -> String) {
        switch object[field] {
        case .object(let members)?: object[field] = .object(Object(members.map { ($0.key, .string(marker($0.value))) }))
        case nil, .null?: break
        // Not a mapping, so not valid, but perhaps still a secret.
        case let other?: object[field] = .string(marker(other))
        }
    }

    /// The copy is masked whole: for a Secret, and for anything that cannot be read or embeds a Secret.
    private static func maskLastApplied(isSecret: Bool, in object: inout Value, _ marker: (Value) -> String) {
        guard let copy = object["metadata", "annotations", lastApplied] else { return }
        if isSecret || mentionsSecret(copy) { object["metadata", "annotations", lastApplied] = .string(marker(copy)) }
    }

    private static func mentionsSecret(_ copy: Value) -> Bool {
        guard let text = copy.string else { return true }
        do throws(ManifestError) {
            return containsSecret(try JSON.parse(Array(text.utf8)))
        } catch {
            return true
        }
    }

    private static func containsSecret(_ value: Value) -> Bool {
        switch value {
        case .object(let object): value.kind == "Secret" || value.kind == "SecretList" || object.values.contains(where: containsSecret)
        case .array(let elements): elements.contains(where: containsSecret)
        case .null, .bool, .integer, .double, .string: false
        }
    }
}
