internal import CGit2

/// libgit2 as a whole: set up once a process, and its last error.
enum Library {
    /// The result of a libgit2 call that is no success, with the reason of this thread.
    struct Failure: Error {
        let code: Int32
        let errorClass: Int32
        let reason: String
    }

    /// Runs a call and, in the same place, reads the error that it left in this thread.
    static func call(_ body: () -> Int32) throws(Failure) {
        guard isReady else { throw Failure(code: -1, errorClass: 0, reason: "libgit2 could not be set up") }
        let code = body()
        guard code < 0 else { return }
        guard let last = unsafe git_error_last(), let message = unsafe last.pointee.message else {
            throw Failure(code: code, errorClass: 0, reason: "libgit2 gave no reason (\(code))")
        }
        throw unsafe Failure(code: code, errorClass: last.pointee.klass, reason: String(cString: message))
    }

    /// Nothing outside the controller's own configuration may change what libgit2 does, so no user's or system's Git
    /// configuration is read: a `url.insteadOf` there could send credentials elsewhere.
    ///
    /// Owner validation protects people who walk into a stranger's repository whose configuration starts programs. libgit2
    /// starts none, and a bare remote on this machine usually belongs to another account, so it is off. The mirror's own
    /// folder is checked by ``Mirror``.
    private static let isReady: Bool = {
        guard git_libgit2_init() > 0 else { return false }
        for level in [GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL] {
            guard slipway_git_ignore_configuration(level) == 0 else { return false }
        }
        func set(_ option: git_libgit2_opt_t, flag: Bool) -> Bool { slipway_git_option_flag(Int32(option.rawValue), flag ? 1 : 0) == 0 }
        func set(_ option: git_libgit2_opt_t, size: Int) -> Bool { slipway_git_option_size(Int32(option.rawValue), size) == 0 }
        return set(GIT_OPT_SET_OWNER_VALIDATION, flag: false)
            && set(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, flag: true)
            // A reference must not reach the disk before the objects that it names.
            && set(GIT_OPT_ENABLE_FSYNC_GITDIR, flag: true)
            && set(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, size: GitProcessLimits.mappedBytes)
            && set(GIT_OPT_SET_CACHE_MAX_SIZE, size: GitProcessLimits.cachedBytes)
            && set(GIT_OPT_SET_PACK_MAX_OBJECTS, size: GitLimits().fetchObjects)
            && set(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, size: GitProcessLimits.objectBytes)
    }()
}
