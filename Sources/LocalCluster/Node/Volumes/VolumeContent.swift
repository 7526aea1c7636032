package import Manifests

/// The files that a volume shows, worked out from its sources; pure.
package enum VolumeContent {
    package struct File: Sendable, Hashable {
        package var bytes: [UInt8]
        package var mode: UInt32
    }

    /// - Returns: files by their path below the volume; `nil` for a volume that is not made of files (emptyDir and the like).
    package static func files(of volume: Value, _ facts: PodFacts) throws(NodeError) -> [String: File]? {
        let name = volume["name"]?.string ?? ""
        var files: [String: File] = [:]
        if let source = volume["configMap"] {
            try add(configMap: source, mode: mode(source), facts, &files, volume: name)
        } else if let source = volume["secret"] {
            var source = source
            source["name"] = source["secretName"] ?? source["name"]
            try add(secret: source, mode: mode(source), facts, &files, volume: name)
        } else if let source = volume["downwardAPI"] {
            try add(downward: source, mode: mode(source), facts, &files)
        } else if let projected = volume["projected"] {
            for source in projected["sources"]?.array ?? [] {
                let mode = mode(projected)
                if let map = source["configMap"] { try add(configMap: map, mode: mode, facts, &files, volume: name) }
                if let secret = source["secret"] { try add(secret: secret, mode: mode, facts, &files, volume: name) }
                if let items = source["downwardAPI"] { try add(downward: items, mode: mode, facts, &files) }
                if let token = source["serviceAccountToken"] {
                    files[token["path"]?.string ?? "token"] = try accountToken(token, facts, volume: name)
                }
            }
        } else {
            return nil
        }
        for path in files.keys where !isSafe(path) {
            throw NodeError(.badReference, "volume \"\(name)\": the path \"\(path)\" leaves the volume")
        }
        return files
    }

    private static func accountToken(_ source: Value, _ facts: PodFacts, volume: String) throws(NodeError) -> File {
        do throws(APIError) {
            let token = try facts.accountToken(source["audience"]?.string, source["expirationSeconds"]?.integer ?? 3600)
            return File(bytes: Array(token.utf8), mode: 0o600)
        } catch {
            throw missing(volume, "failed to fetch token: \(error.message)")
        }
    }

    private static func mode(_ source: Value) -> UInt32 { UInt32(truncatingIfNeeded: source["defaultMode"]?.integer ?? 0o644) & 0o777 }

    private static func add(
        configMap source: Value, mode: UInt32, _ facts: PodFacts, _ files: inout [String: File], volume: String
    ) throws(NodeError) {
        let name = source["name"]?.string ?? ""
        guard let map = facts.configMap(name) else {
            if source["optional"]?.bool == true { return }
            throw missing(volume, "configmap \"\(name)\" not found")
        }
        var contents: [String: [UInt8]] = [:]
        for (key, value) in map["data"]?.object ?? [:] { contents[key] = value.string.map { Array($0.utf8) } }
        for (key, value) in map["binaryData"]?.object ?? [:] { contents[key] = value.string.flatMap(Base64.decode) }
        try add(contents, source, mode, &files, volume: volume, owner: "configmap")
    }

    private static func add(
        secret source: Value, mode: UInt32, _ facts: PodFacts, _ files: inout [String: File], volume: String
    ) throws(NodeError) {
        let name = source["name"]?.string ?? ""
        guard let secret = facts.secret(name) else {
            if source["optional"]?.bool == true { return }
            throw missing(volume, "secret \"\(name)\" not found")
        }
        var contents: [String: [UInt8]] = [:]
        for (key, value) in secret["data"]?.object ?? [:] { contents[key] = value.string.flatMap(Base64.decode) }
        try add(contents, source, mode, &files, volume: volume, owner: "secret")
    }

    private static func add(
        _ contents: [String: [UInt8]], _ source: Value, _ mode: UInt32, _ files: inout [String: File], volume: String, owner: String
    ) throws(NodeError) {
        guard let items = source["items"]?.array else {
            for (key, bytes) in contents { files[key] = File(bytes: bytes, mode: mode) }
            return
        }
        for item in items {
            let key = item["key"]?.string ?? ""
            guard let bytes = contents[key] else {
                if source["optional"]?.bool == true { continue }
                throw missing(volume, "references non-existent \(owner) key: \(key)")
            }
            files[item["path"]?.string ?? key] = File(
                bytes: bytes, mode: item["mode"]?.integer.map { UInt32(truncatingIfNeeded: $0) & 0o777 } ?? mode)
        }
    }

    private static func add(downward source: Value, mode: UInt32, _ facts: PodFacts, _ files: inout [String: File]) throws(NodeError) {
        for item in source["items"]?.array ?? [] {
            guard let path = item["path"]?.string else { continue }
            let text: String
            if let field = item["fieldRef"]?["fieldPath"]?.string {
                text = try facts.field(field)
            } else if let resource = item["resourceFieldRef"] {
                text = try facts.resource(resource, container: nil)
            } else {
                continue
            }
            files[path] = File(bytes: Array(text.utf8), mode: item["mode"]?.integer.map { UInt32(truncatingIfNeeded: $0) & 0o777 } ?? mode)
        }
    }

    private static func missing(_ volume: String, _ what: String) -> NodeError {
        NodeError(.missingConfiguration, "MountVolume.SetUp failed for volume \"\(volume)\" : \(what)")
    }

    private static func isSafe(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/")
            && !path.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." || $0.isEmpty }
            && !path.hasPrefix("..")
    }
}
