/// A repository of another host at one commit: what a remote base lies in. The commit's name is that of its contents, so what is found there
/// is the same for everybody and always.
package struct RemoteTree: Sendable, Hashable {
    /// `https://host/organisation/repository`, without user, query and trailing slash.
    package var url: String
    /// 40 hexadecimal digits in lower case.
    package var commit: String

    package init(url: String, commit: String) {
        self.url = url
        self.commit = commit
    }
}

/// Where the trees of remote bases come from. Rendering fetches nothing: it says what it needs, and is run again when that is there.
package struct RemoteTrees: Sendable {
    /// Whether repositories at this URL may be used at all.
    package var isAllowed: @Sendable (_ url: String) -> Bool
    /// The files of a tree that is there; `nil` when it must be fetched first.
    package var find: @Sendable (_ tree: RemoteTree) throws -> (any FileProvider)?

    package init(
        isAllowed: @escaping @Sendable (_ url: String) -> Bool, find: @escaping @Sendable (_ tree: RemoteTree) throws -> (any FileProvider)?
    ) {
        self.isAllowed = isAllowed
        self.find = find
    }

    /// No host is allowed.
    package static let refused = RemoteTrees(isAllowed: { _ in false }, find: { _ in nil })
}
