package import Manifests

/// The ten characters that kustomize appends to the name of a generated object, so that changed data is a changed name.
package enum NameHash {
    package static func suffix(for object: Value) -> String {
        let content: Value
        switch object.kind {
        case "ConfigMap":
            var members: Object = ["kind": "ConfigMap", "name": "", "data": object["data"] ?? ""]
            if let binary = object["binaryData"] { members["binaryData"] = binary }
            content = .object(members)
        case "Secret":
            var members: Object = [
                "kind": "Secret", "type": object["type"] ?? "", "name": "", "data": object["data"] ?? "",
            ]
            if let text = object["stringData"] { members["stringData"] = text }
            content = .object(members)
        default: content = object
        }
        return encode(SHA256.hex(GoJSON.bytes(content)))
    }

    /// Characters that could make words are replaced.
    private static func encode(_ hex: String) -> String {
        String(
            hex.prefix(10).map { character in
                switch character {
                case "0": "g"
                case "1": "h"
                case "3": "k"
                case "a": "m"
                case "e": "t"
                default: character
                }
            })
    }
}
