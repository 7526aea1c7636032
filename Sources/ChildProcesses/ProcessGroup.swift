internal import CProcess
internal import Glibc
internal import Synchronization

/// A program and what it has started. It can be killed from any thread until it is reaped, and never after.
package final class ProcessGroup: Sendable {
    private let leader: Mutex<pid_t?>
    /// Readable when the leader has ended. Its pipes close a moment earlier.
    private let ending: OwnedDescriptor

    init(leader: pid_t) {
        self.leader = Mutex(leader)
        ending = OwnedDescriptor(slipway_process_descriptor(leader))
    }

    package func kill() {
        leader.withLock { leader in
            if let leader { _ = Glibc.kill(-leader, SIGKILL) }
        }
    }

    /// Waits for the end at most this long; `nil` when it still runs. A program that a signal ended counts as 128 and the signal.
    func exitStatus(milliseconds: Int) -> Int? {
        var entry = pollfd(fd: ending.number, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&entry, 1, Int32(clamping: max(0, milliseconds)))
        return leader.withLock { leader in
            guard let leader else { return nil }
            let status = slipway_exit_status(leader)
            return status < 0 ? nil : Int(status)
        }
    }

    /// Kills and reaps.
    func end() {
        leader.withLock { leader in
            guard let identifier = leader else { return }
            _ = Glibc.kill(-identifier, SIGKILL)
            var status: Int32 = 0
            while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            leader = nil
        }
    }
}
