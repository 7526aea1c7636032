/// One commit of the watched Repository, with what a person wants to see of it.
package struct Revision: Sendable, Hashable {
    /// The full commit id, 40 hexadecimal digits.
    package var id: String
    /// The first line of the commit message.
    package var subject: String
    package var author: String
    package var committedAt: Timestamp

    package init(id: String, subject: String, author: String, committedAt: Timestamp) {
        self.id = id
        self.subject = subject
        self.author = author
        self.committedAt = committedAt
    }

    /// What tables and messages show.
    package var short: String { String(id.prefix(10)) }
}
