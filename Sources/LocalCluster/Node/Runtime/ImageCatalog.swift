package import Manifests

/// What stands for an image on this machine.
package struct LocalImage: Sendable, Hashable {
    package var name: String
    /// The entry point: an executable and its first arguments.
    package var command: [String]
    /// Used when the container gives no arguments.
    package var arguments: [String]
    package var environment: [String: String]
    package var workingDirectory: String?
    /// How long the first pull seems to take.
    package var pullSeconds: Double
}

/// The images file: which image names exist, and which local executable each one is.
///
/// ```yaml
/// images:
///   - name: docker.io/nova/video-ranking-service:1.0.0
///     command: [/usr/local/bin/ranking-service]
///     args: [serve]                # optional
///     env: {LOG_LEVEL: info}       # optional
///     workingDirectory: /srv       # optional
///     pullSeconds: 1.5             # optional
/// ```
/// A relative path in `command` begins at the file's folder. A tag of `*` stands for every tag that has no entry of its own. Names are compared in their full form: `nginx` is
/// `docker.io/library/nginx:latest`.
package struct ImageCatalog: Sendable, Hashable {
    package var images: [LocalImage]

    package init(images: [LocalImage] = []) { self.images = images }

    package init(_ document: Value) throws(NodeError) {
        guard let entries = document["images"]?.array else {
            throw NodeError(.badImagesFile, "the images file needs a list `images`")
        }
        images = []
        for (index, entry) in entries.enumerated() {
            for (key, _) in entry.object ?? [:] where !Self.knownKeys.contains(key) {
                let hint = NearestName.suggestion(for: key, among: Self.knownKeys).map { ", did you mean `\($0)`" } ?? ""
                throw NodeError(.badImagesFile, "images[\(index)]: unknown key `\(key)`\(hint)")
            }
            guard let name = entry["name"]?.string, !name.isEmpty else {
                throw NodeError(.badImagesFile, "images[\(index)]: `name` is missing")
            }
            let command = (entry["command"]?.array ?? []).compactMap(\.string)
            guard !command.isEmpty, command.count == entry["command"]?.array?.count else {
                throw NodeError(.badImagesFile, "images[\(index)] (\(name)): `command` has to be a list of strings, the executable first")
            }
            images.append(
                LocalImage(
                    name: ImageName.normalized(name), command: command,
                    arguments: (entry["args"]?.array ?? []).compactMap(\.string),
                    environment: Dictionary(
                        (entry["env"]?.object.map(Array.init) ?? []).map { ($0.key, Self.text($0.value)) }, uniquingKeysWith: { $1 }),
                    workingDirectory: entry["workingDirectory"]?.string, pullSeconds: entry["pullSeconds"]?.number ?? 0))
        }
    }

    /// Executables that are named by a relative path are looked for below `folder`; bare names stay for the search path.
    package func resolved(in folder: String) -> ImageCatalog {
        var catalog = self
        for index in catalog.images.indices {
            guard let path = catalog.images[index].command.first, path.contains("/"), !path.hasPrefix("/") else { continue }
            catalog.images[index].command[0] = "\(folder)/\(path)"
        }
        return catalog
    }

    package func image(named name: String) -> LocalImage? {
        let name = ImageName.normalized(name)
        if let exact = images.first(where: { $0.name == name }) { return exact }
        return images.first { $0.name.hasSuffix(":*") && ImageName.repository(of: name) == $0.name.dropLast(2) }
    }

    private static let knownKeys = ["name", "command", "args", "env", "workingDirectory", "pullSeconds"]

    private static func text(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: ""
        }
    }
}

/// Image names as container runtimes write them out.
package enum ImageName {
    package static func normalized(_ name: String) -> String {
        var full = name
        let first = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if first.count == 1 {
            full = "docker.io/library/\(name)"
        } else if !first[0].contains(where: { $0 == "." || $0 == ":" }) && first[0] != "localhost" {
            full = "docker.io/\(name)"
        }
        if full.contains("@") { return full }
        let last = full.split(separator: "/").last ?? ""
        return last.contains(":") ? full : "\(full):latest"
    }

    /// Without tag and digest.
    package static func repository(of name: String) -> Substring {
        let bare = name.split(separator: "@", maxSplits: 1).first ?? Substring(name)
        guard let colon = bare.lastIndex(of: ":"), !bare[colon...].contains("/") else { return bare }
        return bare[..<colon]
    }

    /// What a runtime refuses before it looks for the image.
    package static func isValid(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 512 else { return false }
        let repository = repository(of: name)
        return !repository.isEmpty
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && !repository.split(separator: "/").dropFirst().contains { $0.contains(where: \.isUppercase) }
    }
}
