internal import CGit2

/// A connection of libgit2 to a remote, for one operation and in one thread. Its pointers do not leave this file.
@safe final class RemoteHandle {
    private let pointer: OpaquePointer
    /// The mirror that is fetched into. A handle of its own, since libgit2's remotes hold on to it.
    private let repository: OpaquePointer?
    private let context: RemoteContext

    /// - Parameters:
    ///   - url: A path for a remote on this machine, else the URL; it is only handed to the connection.
    ///   - mirrorPath: `nil` to only ask for references.
    init(url: String, context: RemoteContext, mirrorPath: String?) throws(GitError) {
        self.context = context
        var repository: OpaquePointer?
        var pointer: OpaquePointer?
        do throws(Library.Failure) {
            if let mirrorPath {
                try Library.call { unsafe git_repository_open_bare(&repository, mirrorPath) }
                try Library.call { unsafe git_remote_create_anonymous(&pointer, repository, url) }
            } else {
                try Library.call { unsafe git_remote_create_detached(&pointer, url) }
            }
        } catch {
            unsafe git_repository_free(repository)
            throw .invalidConfiguration(context.session.remote.redactedURL, reason: error.reason)
        }
        guard let pointer = unsafe pointer else {
            unsafe git_repository_free(repository)
            throw .invalidConfiguration(context.session.remote.redactedURL, reason: "libgit2 did not take the URL")
        }
        unsafe self.pointer = pointer
        unsafe self.repository = repository
    }

    deinit {
        unsafe git_remote_free(pointer)
        unsafe git_repository_free(repository)
    }

    func connect() throws(GitError) {
        var options = unsafe git_remote_connect_options()
        unsafe git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION))
        unsafe setCallbacks(&options.callbacks)
        unsafe options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        let direction = context.push == nil ? GIT_DIRECTION_FETCH : GIT_DIRECTION_PUSH
        try remoteCall { unsafe git_remote_connect_ext(pointer, direction, &options) }
    }

    /// What the remote announced: full reference names and the objects that they point to.
    func references() throws(GitError) -> [(name: String, commit: CommitID)] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try remoteCall { unsafe git_remote_ls(&heads, &count, pointer) }
        let limit = context.session.remote.limits.references
        guard count <= limit else { throw .tooMuch(context.session.remote.redactedURL, what: "\(limit) references") }
        var references: [(String, CommitID)] = []
        for index in 0..<count {
            guard let head = unsafe heads?[index], let name = unsafe head.pointee.name else { continue }
            references.append(unsafe (String(cString: name), head.pointee.oid.commitID))
        }
        return references
    }

    /// Downloads what is missing and moves the mirror's references.
    func fetch(refspec: String) throws(GitError) {
        var options = unsafe git_fetch_options()
        unsafe git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        unsafe setCallbacks(&options.callbacks)
        unsafe options.prune = GIT_FETCH_NO_PRUNE
        unsafe options.update_fetchhead = 0
        unsafe options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        unsafe options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        try remoteCall {
            unsafe refspec.withCString { text in
                var texts = unsafe [UnsafeMutablePointer(mutating: text) as UnsafeMutablePointer<CChar>?]
                return unsafe texts.withUnsafeMutableBufferPointer { buffer in
                    var list = unsafe git_strarray(strings: buffer.baseAddress, count: 1)
                    return unsafe git_remote_fetch(pointer, &list, &options, nil)
                }
            }
        }
    }

    /// Sends what is missing and asks the remote to move its branch, forward only.
    ///
    /// - Returns: how it went; that the remote says no is no error of the call.
    func push(_ reference: String, to branch: String) throws(GitError) -> PushNotes {
        var options = unsafe git_push_options()
        unsafe git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
        unsafe setCallbacks(&options.callbacks)
        unsafe options.pb_parallelism = 1
        unsafe options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        do throws(Library.Failure) {
            try Library.call {
                unsafe "\(reference):refs/heads/\(branch)".withCString { text in
                    var texts = unsafe [UnsafeMutablePointer(mutating: text) as UnsafeMutablePointer<CChar>?]
                    return unsafe texts.withUnsafeMutableBufferPointer { buffer in
                        var list = unsafe git_strarray(strings: buffer.baseAddress, count: 1)
                        return unsafe git_remote_push(pointer, &list, &options)
                    }
                }
            }
        } catch {
            if let failure = context.session.failure { throw failure }
            if error.code == GIT_ENONFASTFORWARD.rawValue { context.push?.hasMoved = true }
            // What the remote could not unpack it says here, and not of the branch.
            if error.errorClass == Int32(GIT_ERROR_REFERENCE.rawValue), context.push?.hasMoved == false {
                context.push?.refusal = context.push?.refusal ?? error.reason
            }
            guard let notes = context.push, notes.hasMoved || notes.refusal != nil else {
                throw .remote(error, name: context.session.remote.redactedURL, mirrorPath: context.session.mirrorPath)
            }
        }
        guard let notes = context.push else { throw .invalidConfiguration(context.session.remote.redactedURL, reason: "nothing to push") }
        return notes
    }

    private func setCallbacks(_ callbacks: inout git_remote_callbacks) {
        unsafe callbacks.payload = unsafe Unmanaged.passUnretained(context).toOpaque()
        if context.connection != nil { unsafe callbacks.transport = SmartSubtransport.transportCallback }
        unsafe callbacks.sideband_progress = { text, count, payload in
            guard let payload = unsafe payload else { return -1 }
            let context = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue()
            if let text = unsafe text, count > 0 {
                unsafe context.push?.note(UnsafeRawBufferPointer(start: text, count: Int(count)))
            }
            return context.session.mayGoOn() ? 0 : -1
        }
        if context.push != nil { unsafe setPushCallbacks(&callbacks) }
        unsafe callbacks.transfer_progress = { progress, payload in
            guard let payload = unsafe payload, let progress = unsafe progress?.pointee else { return -1 }
            let session = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue().session
            let limits = session.remote.limits
            if progress.total_objects > limits.fetchObjects {
                session.fail(.tooMuch(session.remote.redactedURL, what: "\(limits.fetchObjects) objects"))
            } else if progress.received_bytes > limits.fetchBytes {
                session.fail(.tooMuch(session.remote.redactedURL, what: "\(limits.fetchBytes) bytes"))
            }
            return session.mayGoOn() ? 0 : -1
        }
    }

    private func setPushCallbacks(_ callbacks: inout git_remote_callbacks) {
        // The remote announces where its branch is; what was made for another place is not sent.
        unsafe callbacks.push_negotiation = { updates, count, payload in
            guard let payload = unsafe payload else { return -1 }
            let context = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue()
            guard let notes = context.push, count == 1, let update = unsafe updates?.pointee?.pointee else { return -1 }
            if unsafe update.src.commitID != notes.expected {
                context.push?.hasMoved = true
                return -1
            }
            return context.session.mayGoOn() ? 0 : -1
        }
        unsafe callbacks.push_update_reference = { _, status, payload in
            guard let payload = unsafe payload else { return -1 }
            let context = unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue()
            if let status = unsafe status { unsafe context.push?.refusal = String(cString: status) }
            return 0
        }
        unsafe callbacks.push_transfer_progress = { _, _, _, payload in
            guard let payload = unsafe payload else { return -1 }
            return unsafe Unmanaged<RemoteContext>.fromOpaque(payload).takeUnretainedValue().session.mayGoOn() ? 0 : -1
        }
    }

    /// A call that talks to the remote: the reason that a callback found comes before libgit2's own.
    private func remoteCall(_ body: () -> Int32) throws(GitError) {
        do throws(Library.Failure) {
            try Library.call(body)
        } catch {
            if let failure = context.session.failure { throw failure }
            throw .remote(error, name: context.session.remote.redactedURL, mirrorPath: context.session.mirrorPath)
        }
    }
}

extension GitError {
    /// What a failure of libgit2 means when it talks to a remote.
    fileprivate static func remote(_ failure: Library.Failure, name: String, mirrorPath: String) -> GitError {
        switch failure.code {
        case GIT_ENOTFOUND.rawValue: return .remoteMissing(name, reason: failure.reason)
        case GIT_EAUTH.rawValue: return .authentication(name, reason: failure.reason)
        case GIT_ELOCKED.rawValue: return .mirrorBusy(mirrorPath)
        default: break
        }
        switch UInt32(bitPattern: failure.errorClass) {
        case GIT_ERROR_INDEXER.rawValue, GIT_ERROR_ZLIB.rawValue, GIT_ERROR_SHA.rawValue, GIT_ERROR_OBJECT.rawValue:
            return GitError(
                code: .corrupt, message: "remote \(name) sent objects that cannot be used: \(failure.reason)", isTransient: true)
        case GIT_ERROR_OS.rawValue, GIT_ERROR_FILESYSTEM.rawValue, GIT_ERROR_NOMEMORY.rawValue:
            return .storage(mirrorPath, reason: failure.reason)
        case GIT_ERROR_REPOSITORY.rawValue:
            return .remoteMissing(name, reason: failure.reason)
        default:
            return .network(name, reason: failure.reason)
        }
    }
}
