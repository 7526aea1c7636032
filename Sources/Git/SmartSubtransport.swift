internal import CGit2

/// Makes libgit2 speak through a ``SmartConnection``: the C structures with their callbacks, and nothing else.
///
/// Ownership: libgit2 frees each structure through its `free` callback, which releases the Swift object behind it.
enum SmartSubtransport {
    /// For `git_remote_callbacks.transport`. The payload is an unretained ``RemoteContext`` that outlives the remote.
    static let transportCallback: git_transport_cb = { output, owner, payload in
        guard let payload = unsafe payload else { return -1 }
        let context = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue()
        guard let connection = context.connection else { return -1 }
        var definition = unsafe git_smart_subtransport_definition(
            callback: { output, _, payload in
                guard let output = unsafe output, let payload = unsafe payload else { return -1 }
                let context = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue()
                unsafe output.pointee = unsafe SmartSubtransport.makeSubtransport(context)
                return 0
            }, rpc: connection.isStateless ? 1 : 0, param: payload)
        return unsafe git_transport_smart(output, owner, &definition)
    }

    @safe private final class Subtransport {
        let context: RemoteContext
        /// The one stream of a connection that is not stateless. libgit2 frees it.
        var stream: UnsafeMutablePointer<git_smart_subtransport_stream>?

        init(context: RemoteContext) {
            self.context = context
        }
    }

    private final class Stream {
        let session: GitSession
        let stream: any SmartStream

        init(session: GitSession, stream: any SmartStream) {
            self.session = session
            self.stream = stream
        }
    }

    private static func makeSubtransport(_ context: RemoteContext) -> UnsafeMutablePointer<git_smart_subtransport> {
        let memory = UnsafeMutablePointer<slipway_subtransport>.allocate(capacity: 1)
        let parent = unsafe git_smart_subtransport(
            action: { output, transport, _, service in
                guard let output = unsafe output, let transport = unsafe transport else { return -1 }
                return unsafe SmartSubtransport.open(output, transport, service)
            },
            close: { transport in
                guard let transport = unsafe transport else { return -1 }
                unsafe SmartSubtransport.subtransport(transport).context.connection?.close()
                return 0
            },
            free: { transport in
                guard let transport = unsafe transport else { return }
                let memory = unsafe UnsafeMutableRawPointer(transport).assumingMemoryBound(to: slipway_subtransport.self)
                if let context = unsafe memory.pointee.context { unsafe Unmanaged<Subtransport>.fromOpaque(context).release() }
                unsafe memory.deallocate()
            })
        unsafe memory.initialize(
            to: slipway_subtransport(parent: parent, context: Unmanaged.passRetained(Subtransport(context: context)).toOpaque()))
        return unsafe UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport.self)
    }

    private static func open(
        _ output: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport_stream>?>,
        _ transport: UnsafeMutablePointer<git_smart_subtransport>, _ service: git_smart_service_t
    ) -> Int32 {
        let subtransport = unsafe subtransport(transport)
        let context = subtransport.context
        return attempt(context.session) { () throws(GitError) in
            guard let connection = context.connection else {
                throw .invalidConfiguration(context.session.remote.redactedURL, reason: "no connection")
            }
            let opened: (any SmartStream)?
            switch service {
            case GIT_SERVICE_UPLOADPACK_LS: opened = try connection.announce(.fetch)
            case GIT_SERVICE_UPLOADPACK: opened = try connection.negotiate(.fetch)
            case GIT_SERVICE_RECEIVEPACK_LS: opened = try connection.announce(.push)
            case GIT_SERVICE_RECEIVEPACK: opened = try connection.negotiate(.push)
            default:
                throw GitError(code: .unsupported, message: "libgit2 asks \(context.session.remote.redactedURL) for an unknown service")
            }
            if let opened {
                unsafe subtransport.stream = unsafe makeStream(opened, context.session, transport)
            }
            unsafe output.pointee = subtransport.stream
        }
    }

    private static func makeStream(
        _ stream: any SmartStream, _ session: GitSession, _ transport: UnsafeMutablePointer<git_smart_subtransport>
    ) -> UnsafeMutablePointer<git_smart_subtransport_stream> {
        let memory = UnsafeMutablePointer<slipway_subtransport_stream>.allocate(capacity: 1)
        let parent = unsafe git_smart_subtransport_stream(
            subtransport: transport,
            read: { stream, buffer, capacity, count in
                guard let stream = unsafe stream, let count = unsafe count else { return -1 }
                let holder = unsafe SmartSubtransport.stream(stream)
                return SmartSubtransport.attempt(holder.session) { () throws(GitError) in
                    unsafe count.pointee = try unsafe holder.stream.read(
                        into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
                }
            },
            write: { stream, bytes, count in
                guard let stream = unsafe stream else { return -1 }
                let holder = unsafe SmartSubtransport.stream(stream)
                return SmartSubtransport.attempt(holder.session) { () throws(GitError) in
                    try unsafe holder.stream.write(UnsafeRawBufferPointer(start: bytes, count: count))
                }
            },
            free: { stream in
                guard let stream = unsafe stream else { return }
                let memory = unsafe UnsafeMutableRawPointer(stream).assumingMemoryBound(to: slipway_subtransport_stream.self)
                if let context = unsafe memory.pointee.context {
                    unsafe Unmanaged<Stream>.fromOpaque(context).takeRetainedValue().stream.close()
                }
                unsafe memory.deallocate()
            })
        unsafe memory.initialize(
            to: slipway_subtransport_stream(
                parent: parent, context: Unmanaged.passRetained(Stream(session: session, stream: stream)).toOpaque()))
        return unsafe UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport_stream.self)
    }

    private static func subtransport(_ transport: UnsafeMutablePointer<git_smart_subtransport>) -> Subtransport {
        let memory = unsafe UnsafeMutableRawPointer(transport).assumingMemoryBound(to: slipway_subtransport.self)
        // Set when the structure was made, and kept until `free`.
        return unsafe Unmanaged<Subtransport>.fromOpaque(memory.pointee.context).takeUnretainedValue()
    }

    private static func stream(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>) -> Stream {
        let memory = unsafe UnsafeMutableRawPointer(stream).assumingMemoryBound(to: slipway_subtransport_stream.self)
        return unsafe Unmanaged<Stream>.fromOpaque(memory.pointee.context).takeUnretainedValue()
    }

    /// Runs what a callback does; an error waits in the session while libgit2 unwinds.
    private static func attempt(_ session: GitSession, _ body: () throws(GitError) -> Void) -> Int32 {
        do throws(GitError) {
            try session.check()
            try body()
            return 0
        } catch {
            session.fail(error)
            unsafe git_error_set_str(Int32(GIT_ERROR_NET.rawValue), error.message)
            return -1
        }
    }
}
