import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A mounted ConfigMap, changed as a kubelet changes one: a new folder, then `..data` turned to it in one step.
final class WeightsFolder: Sendable {
    static let standard = ["freshness": "15", "completion": "40", "engagement": "25", "affinity": "15", "deepLearning": "5"]
    static let freshOnly = ["freshness": "100", "completion": "0", "engagement": "0", "affinity": "0", "deepLearning": "0"]

    let path: String

    init(path: String, _ files: [String: String] = standard) throws {
        self.path = path
        try Files.makeFolder(path)
        try turn(to: "..1", files)
        for name in Array(Self.standard.keys) + ["weights.json"] {
            guard symlink("..data/\(name)", "\(path)/\(name)") == 0 else { throw TestFailure(description: "cannot link \(name)") }
        }
    }

    /// - Parameter version: the name of the new folder.
    func turn(to version: String, _ files: [String: String]) throws {
        try Files.makeFolder("\(path)/\(version)")
        for (name, text) in files { try Files.write(text, to: "\(path)/\(version)/\(name)") }
        guard symlink(version, "\(path)/..data_tmp") == 0, rename("\(path)/..data_tmp", "\(path)/..data") == 0 else {
            throw TestFailure(description: "cannot turn ..data")
        }
    }
}
