/// The right to write the Journal at a path, for who changes the file as a whole. Held until it is released or goes.
package struct JournalLock: Sendable {
    private let lock: FileLock

    /// - Throws: `locked` when a controller has it.
    package init(path: String) throws(JournalError) {
        lock = try FileLock(path: path + ".lock", journal: path)
    }
}
