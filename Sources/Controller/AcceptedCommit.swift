internal import Foundation
internal import Git

/// The last head of the branch that the commit policy has taken, on disk: nobody gets an older history in by waiting for a restart.
struct AcceptedCommit: Sendable {
    /// In the state directory.
    let path: String

    /// `nil` before the first one.
    func read() throws(ControllerError) -> CommitID? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(100), as: UTF8.self) }
        guard let text, let id = CommitID(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ControllerError(
                .repository,
                "\(path) holds no commit's name, so it is not known what was taken last, and nothing new is deployed. Write the 40 digits of the last good commit into it, or remove it to begin with the branch's head"
            )
        }
        return id
    }

    /// On disk before anything is done with the commit.
    func write(_ id: CommitID) throws(ControllerError) {
        let new = path + ".new"
        do {
            try Data("\(id)\n".utf8).write(to: URL(fileURLWithPath: new))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: new))
            try file.synchronize()
            try file.close()
        } catch {
            throw ControllerError(.io, "\(new) cannot be written: \(error.localizedDescription)")
        }
        guard rename(new, path) == 0 else { throw ControllerError(.io, "\(path) cannot be written: \(String(cString: strerror(errno)))") }
    }
}
