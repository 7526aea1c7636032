internal import Synchronization

/// The one thread that owns a client's libcurl handles. Everybody else leaves commands and wakes it.
final class Driver: Sendable {
    private enum Phase {
        case running
        case stopping
        case stopped
    }

    private struct Shared {
        var phase = Phase.running
        var commands: [DriverCommand] = []
        var waiters: [CheckedContinuation<Void, Never>] = []
        /// Set while the thread lives, so that nobody wakes a handle that is gone.
        var multi: MultiHandle?
    }

    private let shared: Mutex<Shared>
    private let configuration: HTTPClient.Configuration
    private let lastIdentifier = Atomic<UInt64>(0)

    init(configuration: HTTPClient.Configuration) {
        self.configuration = configuration
        let multi = MultiHandle(limits: configuration.limits)
        shared = Mutex(Shared(phase: multi == nil ? .stopped : .running, multi: multi))
        guard let multi else { return }
        let isStarted = NativeThread.start(name: "http-driver") { [self] in
            DriverLoop(multi: multi, configuration: configuration).run(commands: takeCommands)
            finishStopping()
        }
        if !isStarted { finishStopping() }
    }

    func nextIdentifier() -> UInt64 {
        lastIdentifier.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func submit(_ command: DriverCommand) {
        let isAccepted = shared.withLock { shared in
            guard shared.phase == .running else { return false }
            shared.commands.append(command)
            shared.multi?.wakeUp()
            return true
        }
        if !isAccepted { command.refuse() }
    }

    /// Ends all transfers as cancelled and lets the thread end.
    func stop() {
        shared.withLock { shared in
            guard shared.phase == .running else { return }
            shared.phase = .stopping
            shared.multi?.wakeUp()
        }
    }

    /// Returns when the thread has ended and all connections are closed.
    func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let isStopped = shared.withLock { shared in
                if shared.phase != .stopped { shared.waiters.append(continuation) }
                return shared.phase == .stopped
            }
            if isStopped { continuation.resume() }
        }
    }

    /// The commands since the last call, and whether the loop goes on.
    private func takeCommands() -> (commands: [DriverCommand], isRunning: Bool) {
        shared.withLock { shared in
            defer { shared.commands = [] }
            return (shared.commands, shared.phase == .running)
        }
    }

    private func finishStopping() {
        let waiters = shared.withLock { shared in
            shared.phase = .stopped
            shared.multi = nil
            defer { shared.waiters = [] }
            return shared.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// What a task asks of the driver's thread.
enum DriverCommand: Sendable {
    case start(UInt64, HTTPRequest, TransferSink)
    case cancel(UInt64)
    /// The reader of a stream has made room.
    case unpause(UInt64)

    /// Answers a command that comes after the end.
    func refuse() {
        if case .start(_, let request, let sink) = self { sink.fail(.shutDown(request.redactedDescription)) }
    }
}
