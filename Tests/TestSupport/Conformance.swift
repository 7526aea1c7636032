package import Manifests

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The conformance cases: a folder per run with a `meta.json`, under a folder per category.
package enum Conformance {
    /// The folder of all categories: the environment's `SLIPWAY_CONFORMANCE`, else `../shared/conformance` beside the package.
    package static let root: String = {
        if let path = getenv("SLIPWAY_CONFORMANCE") { return unsafeString(path) }
        return packageRoot + "/../shared/conformance"
    }()

    /// The folder that holds Package.swift, found from where this file was compiled, else from where the test runs.
    package static let packageRoot: String = {
        let compiled = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return Files.exists(compiled + "/Package.swift") ? compiled : "."
    }()

    /// All runs of a category, ordered by name; a run is a folder with a `meta.json`, at any depth. None where the cases do not have the
    /// category; without the folder of all categories it throws.
    package static func cases(_ category: String) throws -> [ConformanceCase] {
        guard try Files.list(root).contains(category) else { return [] }
        return try collect(root + "/" + category, name: "")
    }

    private static func collect(_ folder: String, name: String) throws -> [ConformanceCase] {
        var found: [ConformanceCase] = []
        if Files.exists(folder + "/meta.json") {
            found.append(ConformanceCase(name: name, folder: folder, meta: try JSON.parse(try Files.read(folder + "/meta.json"))))
        }
        for entry in try Files.list(folder) where Files.isFolder(folder + "/" + entry) {
            if entry == "input" { continue }
            found += try collect(folder + "/" + entry, name: name.isEmpty ? entry : name + "/" + entry)
        }
        return found
    }

    private static func unsafeString(_ pointer: UnsafeMutablePointer<CChar>) -> String { String(cString: pointer) }
}

/// One run: its folder and what `meta.json` says of it.
package struct ConformanceCase: Sendable {
    package let name: String
    package let folder: String
    package let meta: Value

    /// What the case is about, in the words of its `meta.json`.
    package var features: [String] { (meta["features"]?.array ?? []).compactMap(\.string) }

    package func has(_ file: String) -> Bool { Files.exists(folder + "/" + file) }
    package func bytes(_ file: String) throws -> [UInt8] { try Files.read(folder + "/" + file) }
    package func json(_ file: String) throws -> Value { try JSON.parse(try bytes(file)) }
    package func text(_ file: String) throws -> String { String(decoding: try bytes(file), as: UTF8.self) }
}
