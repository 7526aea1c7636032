internal import CCurl
internal import Glibc

/// A thread of our own, for C calls that block. The cooperative pool has as many threads as the machine has cores: one
/// blocked there stops everybody else.
package enum NativeThread {
    /// Starts a detached thread and says whether the system granted it.
    ///
    /// Signals are blocked in it, so that a process-wide handler never interrupts a C library and a broken connection
    /// raises no SIGPIPE. A child process that is started there must be given an empty signal mask.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let entry = unsafe Unmanaged.passRetained(Entry(name: name, body: body))
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else {
            unsafe entry.release()
            return false
        }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let status = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                let entry = unsafe Unmanaged<Entry>.fromOpaque(context).takeRetainedValue()
                NativeThread.blockSignals()
                // For `top -H` and debuggers; Linux takes at most 15 bytes.
                unsafe slipway_name_thread(String(entry.name.prefix(15)))
                entry.body()
                return nil
            }, unsafe entry.toOpaque())
        if status != 0 { unsafe entry.release() }
        return status == 0
    }

    private final class Entry {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Faults stay unblocked: a crash must still be reported where it happens.
    private static func blockSignals() {
        var set = sigset_t()
        unsafe sigfillset(&set)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT] {
            unsafe sigdelset(&set, fault)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
