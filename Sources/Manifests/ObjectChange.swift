/// What applying would do, or did, to one object.
package struct ObjectChange: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case create
        case update
        case delete
        case unchanged
        /// It exists, was made by somebody else, and becomes ours.
        case adopt
        /// It is deleted and made anew, since a field that is to change is fixed.
        case replace
        /// Another field manager owns what would be changed.
        case conflict
    }

    package var identity: ObjectIdentity
    package var action: Action
    /// What differs; empty for a create, a delete and no change. Secret values are redacted by who makes this.
    package var fields: [FieldChange]
    /// Why, in words: the owner in conflict, the reason for a deletion.
    package var note: String?
    /// Who wrote what differs, apart from us, as far as it is known.
    package var managers: [String] = []

    package init(identity: ObjectIdentity, action: Action, fields: [FieldChange] = [], note: String? = nil) {
        self.identity = identity
        self.action = action
        self.fields = fields
        self.note = note
    }
}

extension ObjectChange: CustomStringConvertible {
    /// One line for the object and one, indented, for each field.
    package var description: String {
        let head = note.map { "\(action.rawValue) \(identity) (\($0))" } ?? "\(action.rawValue) \(identity)"
        return ([head] + fields.map { "  \($0)" }).joined(separator: "\n")
    }
}
