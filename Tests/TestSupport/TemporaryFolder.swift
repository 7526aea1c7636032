#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A folder of its own for a test, removed with all that is in it when this is released or, better, when `withTemporaryFolder` ends.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(_ prefix: String = "slipway-test") throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/\(prefix)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Files.Failure(description: "cannot make a folder in \(base)") }
        path = String(cString: made)
    }

    /// The path of something in it.
    package func file(_ name: String) -> String { path + "/" + name }

    package func write(_ text: String, to name: String) throws { try Files.write(text, to: file(name)) }
    package func text(_ name: String) throws -> String { try Files.text(file(name)) }

    package func remove() throws { try Files.remove(path) }

    deinit {
        do { try remove() } catch { print("left behind: \(error)") }
    }
}

/// Runs `body` with a folder that is gone afterwards.
package func withTemporaryFolder<Result>(
    _ prefix: String = "slipway-test", _ body: (TemporaryFolder) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder(prefix)
    let result: Result
    do { result = try await body(folder) } catch {
        try folder.remove()
        throw error
    }
    try folder.remove()
    return result
}
