internal import CProcess
internal import Glibc

/// A program whose input and output are pipes, used from one thread. Its error output is kept to a limit.
///
/// swift-subprocess reads and writes asynchronously; this is for threads that must block, such as those that libgit2 calls back in.
package final class ChildProcess {
    package let group: ProcessGroup
    private var input: OwnedDescriptor?
    private let output: OwnedDescriptor
    private let errors: OwnedDescriptor
    private var isErrorOpen = true
    private var errorText: [UInt8] = []
    private let errorBytes: Int

    /// Starts the program in a process group of its own, with this environment only.
    ///
    /// - Parameters:
    ///   - program: A path, or a name that is looked for in `PATH`.
    ///   - errorBytes: How much of the error output is kept.
    package init(
        program: String, arguments: [String], environment: [String], errorBytes: Int = ProcessLimits.errorOutputBytes
    ) throws(SystemFailure) {
        self.errorBytes = errorBytes
        let inputPipe = try Self.pipe()
        let outputPipe = try Self.pipe()
        let errorPipe = try Self.pipe()
        group = try Self.spawn(
            [program] + arguments, environment, descriptors: [inputPipe.read.number, outputPipe.write.number, errorPipe.write.number])
        input = inputPipe.write
        output = outputPipe.read
        errors = errorPipe.read
        for descriptor in [inputPipe.write, output, errors] { slipway_set_nonblocking(descriptor.number) }
    }

    deinit {
        group.end()
    }

    package enum Readiness {
        case input, output, nothing
    }

    /// Waits until the program takes input or gives output, whichever is asked for. What it writes as errors is read on the way.
    package func wait(for wanted: Readiness, milliseconds: Int) throws(SystemFailure) -> Readiness {
        var entries = [
            pollfd(fd: wanted == .output ? output.number : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wanted == .input ? input?.number ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: isErrorOpen ? errors.number : -1, events: Int16(POLLIN), revents: 0),
        ]
        let count = unsafe poll(&entries, nfds_t(entries.count), Int32(clamping: max(0, milliseconds)))
        if count < 0, errno != EINTR { throw SystemFailure(number: errno) }
        if entries[2].revents != 0 { readErrors() }
        if entries[0].revents != 0 { return .output }
        if entries[1].revents != 0 { return .input }
        return .nothing
    }

    /// `nil` when nothing is there yet, 0 at the end.
    package func readOutput(into buffer: UnsafeMutableRawBufferPointer) throws(SystemFailure) -> Int? {
        try Self.attempt { unsafe read(output.number, buffer.baseAddress, buffer.count) }
    }

    /// The same as an array.
    func readOutput(atMost limit: Int) throws(SystemFailure) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: limit)
        let count = try Self.attempt { unsafe chunk.withUnsafeMutableBytes { unsafe read(output.number, $0.baseAddress, $0.count) } }
        return count.map { Array(chunk[..<$0]) }
    }

    /// How many bytes were taken; `nil` when none can be now.
    package func writeInput(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) -> Int? {
        guard let input else { throw SystemFailure(number: EPIPE) }
        return try Self.attempt { unsafe write(input.number, bytes.baseAddress, bytes.count) }
    }

    /// The same for bytes at hand.
    func writeInput(_ bytes: ArraySlice<UInt8>) throws(SystemFailure) -> Int? {
        guard let input else { throw SystemFailure(number: EPIPE) }
        return try Self.attempt { unsafe bytes.withUnsafeBytes { unsafe write(input.number, $0.baseAddress, $0.count) } }
    }

    /// Tells the program that its input has ended.
    package func closeInput() { input = nil }

    /// What the program has written to its error output, and its exit status when it has ended by now or does so soon.
    package func outcome(milliseconds: Int) -> (errors: String, status: Int?) {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        // The pipe hangs up when the program and all that it has started are gone.
        while isErrorOpen, ContinuousClock.now < deadline {
            do throws(SystemFailure) {
                _ = try wait(for: .nothing, milliseconds: Int((deadline - .now) / .milliseconds(1)))
            } catch {
                break
            }
        }
        return (
            String(decoding: errorText, as: UTF8.self), group.exitStatus(milliseconds: Int(max(.zero, deadline - .now) / .milliseconds(1)))
        )
    }

    private func readErrors() {
        var chunk = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = unsafe read(errors.number, &chunk, chunk.count)
            guard count > 0 else {
                if count == 0 || (errno != EAGAIN && errno != EINTR) { isErrorOpen = false }
                return
            }
            errorText += chunk[..<count].prefix(max(0, errorBytes - errorText.count))
        }
    }

    private static func attempt(_ body: () -> Int) throws(SystemFailure) -> Int? {
        let count = body()
        guard count < 0 else { return count }
        guard errno == EAGAIN || errno == EINTR else { throw SystemFailure(number: errno) }
        return nil
    }

    private static func pipe() throws(SystemFailure) -> (read: OwnedDescriptor, write: OwnedDescriptor) {
        var descriptors: [Int32] = [-1, -1]
        guard unsafe slipway_pipe(&descriptors) == 0 else { throw SystemFailure(number: errno) }
        return (OwnedDescriptor(descriptors[0]), OwnedDescriptor(descriptors[1]))
    }

    private static func spawn(_ words: [String], _ environment: [String], descriptors: [Int32]) throws(SystemFailure) -> ProcessGroup {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in descriptors.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Our threads block signals, and a child inherits that: it would be deaf to its own termination.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var identifier: pid_t = 0
        let status = unsafe posix_spawnp(&identifier, words.first ?? "", &actions, &attributes, &arguments, &variables)
        guard status == 0 else { throw SystemFailure(number: status) }
        return ProcessGroup(leader: identifier)
    }
}
