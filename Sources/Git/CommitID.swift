/// The SHA-1 name of a commit: 40 hexadecimal digits in lower case.
package struct CommitID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// `nil` unless the text is 40 hexadecimal digits. Upper case is lowered.
    package init?(_ text: String) {
        let digits = text.utf8
        guard digits.count == 40, digits.allSatisfy(CommitID.isDigit) else { return nil }
        self.text = text.lowercased()
    }

    /// From 40 digits in lower case that libgit2 has written.
    init(known digits: String) {
        text = digits
    }

    /// The first ten digits, for people.
    package var short: String { String(text.prefix(10)) }
    package var description: String { text }

    package static func < (left: CommitID, right: CommitID) -> Bool { left.text < right.text }

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}

/// One commit. Times are Unix seconds; texts that are no UTF-8 carry the replacement character.
package struct Commit: Sendable, Hashable {
    package let id: CommitID
    /// The first paragraph of the message in one line.
    package let subject: String
    package let message: String
    package let authorName: String
    package let authorEmail: String
    package let authoredAt: Int64
    package let committerName: String
    package let committerEmail: String
    package let committedAt: Int64
    package let parents: [CommitID]

    package init(
        id: CommitID, subject: String, message: String, authorName: String, authorEmail: String, authoredAt: Int64, committerName: String,
        committerEmail: String, committedAt: Int64, parents: [CommitID]
    ) {
        self.id = id
        self.subject = subject
        self.message = message
        self.authorName = authorName
        self.authorEmail = authorEmail
        self.authoredAt = authoredAt
        self.committerName = committerName
        self.committerEmail = committerEmail
        self.committedAt = committedAt
        self.parents = parents
    }
}

/// What a remote says about the watched branch.
package enum RemoteHead: Sendable, Hashable {
    case commit(CommitID)
    /// The remote has no branch and no tag at all: nothing was ever pushed.
    case emptyRepository
    /// The remote has others: a branch was deleted, renamed, or never was.
    case branchMissing(available: [String])
}

/// The outcome of a fetch.
package struct FetchResult: Sendable, Hashable {
    /// The branch's commit, which the mirror now has.
    package let head: CommitID
    /// The branch's commit before this fetch, as far as this mirror knows.
    package let previous: CommitID?
    /// True when `previous` is no ancestor of `head`: somebody pushed with force. Not an error; the new head counts.
    package let isForced: Bool

    package init(head: CommitID, previous: CommitID?, isForced: Bool) {
        self.head = head
        self.previous = previous
        self.isForced = isForced
    }

    package var isChanged: Bool { previous != head }
}
