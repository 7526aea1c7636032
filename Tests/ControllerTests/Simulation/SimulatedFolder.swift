import TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// State directories of simulated controllers, which hold files alone.
enum SimulatedFolder {
    /// What `kill -9` would leave in a folder: every byte that was written, and nobody's lock.
    static func copy(_ folder: String, to copy: String) throws {
        try Files.makeFolder(copy)
        for name in try Files.list(folder) where !name.hasSuffix("-shm") && !name.hasSuffix(".lock") {
            try Files.write(try Files.read("\(folder)/\(name)"), to: "\(copy)/\(name)")
            // A key that others may read is not taken.
            guard chmod("\(copy)/\(name)", 0o600) == 0 else { throw LargeFailure("the mode of \(copy)/\(name)") }
        }
    }

    static func remove(_ folder: String) {
        do { try Files.remove(folder) } catch { print("left behind: \(error)") }
    }
}
