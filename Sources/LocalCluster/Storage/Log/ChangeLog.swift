internal import Logging
internal import NIOPosix
internal import Synchronization
internal import SystemPackage

/// Brings the changes of a store to the disk, in their order, and tells who waits for one that it is there.
///
/// Whatever has gathered while the disk was busy goes into one record and is synchronised once (`fdatasync`), so that many writers share
/// the price. Nothing is answered before its change is on the disk: after a crash the cluster knows at least what it ever said.
package final class ChangeLog: Sendable {
    typealias Waiter = CheckedContinuation<Result<Void, APIError>, Never>

    struct State {
        /// What one change of the store did; stays together.
        var pending: [[LoggedChange]] = []
        var pendingChanges = 0
        var durable: UInt64
        /// Why the disk does not take changes now.
        var failure: String?
        var waiters: [(revision: UInt64, waiter: Waiter)] = []
        var sleeper: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    let state: Mutex<State>
    let limits: LogLimits

    init(revision: UInt64, limits: LogLimits) {
        state = Mutex(State(durable: revision))
        self.limits = limits
    }

    /// Called under the store's lock, which keeps the order.
    func append(_ changes: [LoggedChange]) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.pending.append(changes)
            state.pendingChanges += changes.count
            return state.sleeper.take()
        }
        sleeper?.resume()
    }

    /// Whether a write may begin.
    func admit() throws(APIError) {
        try state.withLock { (state) throws(APIError) in
            if let failure = state.failure { throw Self.error(failure) }
            guard state.pendingChanges <= limits.waitingChanges else {
                var error = APIError(.tooManyRequests, "the disk is \(state.pendingChanges) changes behind; try again")
                error.retryAfterSeconds = 1
                throw error
            }
        }
    }

    /// Returns when the change of this revision is on the disk, and throws when the disk does not take it.
    func settled(_ revision: UInt64) async throws(APIError) {
        let result = await withCheckedContinuation { (waiter: Waiter) in
            let now = state.withLock { state -> Result<Void, APIError>? in
                if state.durable >= revision { return .success(()) }
                if let failure = state.failure { return .failure(Self.error(failure)) }
                if state.isClosed { return .failure(APIError(.serviceUnavailable, "the cluster is stopping")) }
                state.waiters.append((revision, waiter))
                return nil
            }
            if let now { waiter.resume(returning: now) }
        }
        try result.get()
    }

    static func error(_ failure: String) -> APIError {
        APIError(.internalError, "the cluster cannot store changes: \(failure); it tries again each second")
    }

    // MARK: - The writer's side

    /// Waits until there is something to write or the log is closed.
    func waitForWork() async {
        await withCheckedContinuation { sleeper in
            let isAwake = state.withLock { state in
                if !state.pending.isEmpty || state.isClosed { return true }
                state.sleeper = sleeper
                return false
            }
            if isAwake { sleeper.resume() }
        }
    }

    func takePending() -> [[LoggedChange]] {
        state.withLock { state in
            defer {
                state.pending = []
                state.pendingChanges = 0
            }
            return state.pending
        }
    }

    /// Puts back what could not be written, before what came since.
    func putBack(_ changes: [[LoggedChange]], because failure: String) {
        finish { state in
            state.pending = changes + state.pending
            state.pendingChanges += changes.reduce(0) { $0 + $1.count }
            state.failure = failure
            defer { state.waiters = [] }
            return state.waiters.map { ($0.waiter, .failure(Self.error(failure))) }
        }
    }

    func reached(_ revision: UInt64) {
        finish { state in
            state.durable = max(state.durable, revision)
            state.failure = nil
            let done = state.waiters.filter { $0.revision <= revision }
            state.waiters.removeAll { $0.revision <= revision }
            return done.map { ($0.waiter, .success(())) }
        }
    }

    /// No change comes after this; what waits is still written.
    func close() {
        let sleeper = state.withLock { state in
            state.isClosed = true
            return state.sleeper.take()
        }
        sleeper?.resume()
    }

    /// At the very end: whoever still waits is told.
    func abandon() {
        finish { state in
            defer { state.waiters = [] }
            return state.waiters.map { ($0.waiter, .failure(APIError(.serviceUnavailable, "the cluster has stopped"))) }
        }
    }

    private func finish(_ change: (inout State) -> [(Waiter, Result<Void, APIError>)]) {
        let done = state.withLock { change(&$0) }
        for (waiter, result) in done { waiter.resume(returning: result) }
    }
}
