/// What is asked of the other end.
enum SmartService: String {
    case fetch = "git-upload-pack"
    case push = "git-receive-pack"
}

/// A way to carry Git's smart protocol to a remote: what ``HTTPConnection`` and ``ProgramConnection`` are to libgit2.
protocol SmartConnection: AnyObject {
    /// Opens the exchange in which the remote announces its references.
    func announce(_ service: SmartService) throws(GitError) -> any SmartStream
    /// Opens the exchange in which we ask and the remote packs, or takes what we pack. `nil` when it goes on in the stream of
    /// ``announce(_:)``.
    func negotiate(_ service: SmartService) throws(GitError) -> (any SmartStream)?
    func close()
    /// True when each exchange is a request and its response.
    var isStateless: Bool { get }
}

/// Bytes to and from a remote. It blocks, in a thread that is made for that.
protocol SmartStream: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError)
    /// At least one byte, or 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int
    func close()
}

/// What libgit2's callbacks find at the end of their payload pointer.
final class RemoteContext {
    let session: GitSession
    /// `nil` for remotes on this machine, which libgit2 reads by itself.
    let connection: (any SmartConnection)?
    /// What is noted while something is pushed; `nil` else.
    var push: PushNotes?

    init(session: GitSession, connection: (any SmartConnection)?, push: PushNotes? = nil) {
        self.session = session
        self.connection = connection
        self.push = push
    }
}

/// How a push goes, as the remote tells it.
struct PushNotes {
    /// What the branch must point to before.
    let expected: CommitID
    /// It points elsewhere: nothing was sent.
    var hasMoved = false
    /// Why the remote did not move the branch, in its words.
    var refusal: String?
    /// What its hooks wrote meanwhile, up to a limit.
    var words: [UInt8] = []

    mutating func note(_ bytes: some Collection<UInt8>) {
        words += bytes.prefix(GitProcessLimits.remoteWordsBytes - words.count)
    }
}
