/// A way to carry Git's smart protocol to a remote: what ``HTTPConnection`` and ``SSHConnection`` are to libgit2.
protocol SmartConnection: AnyObject {
    /// Opens the exchange in which the remote announces its references.
    func announce() throws(GitError) -> any SmartStream
    /// Opens the exchange in which we ask and the remote packs. `nil` when it goes on in the stream of ``announce()``.
    func negotiate() throws(GitError) -> (any SmartStream)?
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

    init(session: GitSession, connection: (any SmartConnection)?) {
        self.session = session
        self.connection = connection
    }
}
