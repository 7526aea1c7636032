/// What stands at a path of the tree that is rendered.
package enum FileKind: Sendable, Hashable {
    /// A regular file and its size in bytes.
    case file(bytes: Int)
    case directory
    /// A symbolic link. It is never followed: where it leads depends on the machine, and a Bundle must not.
    case symbolicLink
    case submodule
}

/// The files of one tree, such as those of a Revision. Rendering reads through this and does no I/O of its own.
///
/// Paths are relative to the root of the tree, separated by "/", normalised, without "." or ".."; the root itself is "".
package protocol FileProvider: Sendable {
    /// `nil` when nothing exists at the path.
    func kind(of path: String) throws -> FileKind?
    /// The bytes of the regular file at the path.
    func read(_ path: String) throws -> [UInt8]
    /// The names (not paths) of what is directly in the directory, in any order.
    func list(_ directory: String) throws -> [String]
}
