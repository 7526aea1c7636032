internal import Manifests
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The files of a cluster's state: `REVISION.snapshot` with all objects at that revision, and `REVISION.log` with the changes after it.
///
/// A start reads the newest snapshot and the logs from there on. Files that a snapshot has replaced are removed after it is complete; a
/// snapshot gets its name last, so that one without an end is never read.
struct StateDirectory: Sendable {
    let path: String

    static let format = "slipway.dev/local-cluster-state"
    static let version: Int64 = 1

    func log(_ revision: UInt64) -> String { "\(path)/\(Self.name(revision)).log" }
    func snapshot(_ revision: UInt64) -> String { "\(path)/\(Self.name(revision)).snapshot" }

    /// Sorts as the number does.
    private static func name(_ revision: UInt64) -> String {
        let digits = String(revision)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    /// Revisions of the files with this ending, ascending.
    func revisions(_ ending: String) -> [UInt64] {
        FileTree.names(in: path).filter { $0.hasSuffix(ending) }.compactMap { UInt64($0.dropLast(ending.count)) }.sorted()
    }

    /// The first record of every file: what it is, and the revision that it begins with.
    static func head(_ revision: UInt64) -> [UInt8] {
        JSON.bytes(["format": .string(format), "version": .integer(version), "revision": .string(String(revision))])
    }

    static func checkHead(_ payload: [UInt8], _ revision: UInt64) throws(LogFrame.Damage) {
        let head: Value
        do { head = try JSON.parse(payload) } catch { throw LogFrame.Damage("its first record is not JSON: \(error)") }
        guard head["format"]?.string == format else { throw LogFrame.Damage("it is no file of a local cluster's state") }
        guard head["version"]?.integer == version else {
            throw LogFrame.Damage("it is of version \(head["version"]?.integer ?? 0); this program reads version \(version)")
        }
        guard head["revision"]?.string == String(revision) else {
            throw LogFrame.Damage("it begins with revision \(head["revision"]?.string ?? "?"), its name says \(revision)")
        }
    }

    /// Writes all objects under a revision and removes the files that this makes superfluous.
    func writeSnapshot(_ revision: UInt64, _ objects: [LoggedChange], _ limits: LogLimits) throws(Errno) -> Int64 {
        let temporary = "\(path)/snapshot.new"
        var size: Int64 = 0
        do {
            var file = try LogFile.open(temporary, length: 0)
            try file.append(Self.head(revision))
            var index = 0
            while index < objects.count {
                let end = min(index + limits.snapshotObjects, objects.count)
                try file.append(Self.lines(objects[index..<end]))
                index = end
            }
            try file.append(JSON.bytes(["objects": .integer(Int64(objects.count))]))
            size = file.length
        }
        guard rename(temporary, snapshot(revision)) == 0 else { throw Errno(rawValue: errno) }
        try LogFile.synchronise(directory: path)
        for old in revisions(".snapshot") where old < revision { FileTree.remove(snapshot(old)) }
        for old in revisions(".log") where old < revision { FileTree.remove(log(old)) }
        return size
    }

    static func lines(_ changes: some Collection<LoggedChange>) -> [UInt8] {
        var payload: [UInt8] = []
        for change in changes {
            payload += change.bytes
            payload.append(0x0A)
        }
        return payload
    }

    static func changes(_ payload: [UInt8]) throws(LogFrame.Damage) -> [LoggedChange] {
        var changes: [LoggedChange] = []
        for line in payload.split(separator: 0x0A) { changes.append(try LoggedChange(line)) }
        return changes
    }
}
