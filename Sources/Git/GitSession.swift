internal import Synchronization

/// One operation: its deadline, its cancellation, and the first error that one of its callbacks met.
///
/// libgit2 knows only "a callback said no"; the reason waits here.
final class GitSession: Sendable {
    private struct State {
        var failure: GitError?
        var isCancelled = false
        var cancelAction: (@Sendable () -> Void)?
    }

    let remote: GitRemote
    let deadline: ContinuousClock.Instant
    /// For messages.
    let mirrorPath: String
    private let action: String
    private let limit: Duration
    private let state = Mutex(State())

    /// - Parameter action: A word for messages, such as "fetching".
    init(remote: GitRemote, mirrorPath: String, action: String, limit: Duration) {
        self.remote = remote
        self.mirrorPath = mirrorPath
        self.action = action
        self.limit = limit
        deadline = .now + limit
    }

    /// The first error counts: later ones are its consequences.
    func fail(_ error: GitError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
        }
    }

    var failure: GitError? { state.withLock { $0.failure } }

    /// Ends the operation at its next step, and at once where it waits for the remote.
    func cancel() {
        let cancelAction = state.withLock { state in
            state.isCancelled = true
            return state.cancelAction
        }
        cancelAction?()
    }

    /// What ``cancel()`` does while the operation waits. It runs at once when the operation is cancelled already.
    func setCancelAction(_ action: (@Sendable () -> Void)?) {
        let isCancelled = state.withLock { state in
            state.cancelAction = action
            return state.isCancelled
        }
        if isCancelled { action?() }
    }

    /// Whether the operation may go on. Called between steps and from libgit2's callbacks.
    func check() throws(GitError) {
        let (failure, isCancelled) = state.withLock { ($0.failure, $0.isCancelled) }
        if isCancelled { throw .cancelled(remote.redactedURL) }
        if let failure { throw failure }
        guard ContinuousClock.now < deadline else { throw expiry }
    }

    /// ``check()`` for a callback: remembers the error and answers whether to go on.
    func mayGoOn() -> Bool {
        do throws(GitError) {
            try check()
            return true
        } catch {
            fail(error)
            return false
        }
    }

    var remaining: Duration { deadline - .now }
    var expiry: GitError { .timedOut(remote.redactedURL, action: action, limit: limit) }
}
