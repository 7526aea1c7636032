internal import Manifests

/// The names that make an inventory readable for tools that know ApplySets (KEP-3659, "Specification").
enum ApplySet {
    static let memberLabel = "applyset.kubernetes.io/part-of"
    static let parentLabel = "applyset.kubernetes.io/id"
    static let tooling = "applyset.kubernetes.io/tooling"
    static let kinds = "applyset.kubernetes.io/contains-group-kinds"
    static let namespaces = "applyset.kubernetes.io/additional-namespaces"

    /// `applyset-<base64url(sha256("name.namespace.kind.group"))>-v1`; the core group is empty, so its text ends in a dot.
    static func identifier(environment: String, namespace: String) -> String {
        let hash = SHA256.hash(Array("\(Inventory.name(environment)).\(namespace).ConfigMap.".utf8))
        let text = Base64.encode(hash).map { character -> String in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": ""
            default: String(character)
            }
        }
        return "applyset-\(text.joined())-v1"
    }
}
