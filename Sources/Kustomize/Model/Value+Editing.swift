import Manifests

/// Edits in place: the value gives up its storage before the edit, so that nothing below it is copied.
extension Value {
    /// Runs `edit` on the mapping; `nil` when this is not one.
    @discardableResult
    mutating func editObject<Result, Failure: Error>(_ edit: (inout Object) throws(Failure) -> Result) throws(Failure) -> Result? {
        guard case .object(var object) = self else { return nil }
        self = .null
        defer { self = .object(object) }
        return try edit(&object)
    }

    @discardableResult
    mutating func editArray<Result, Failure: Error>(_ edit: (inout [Value]) throws(Failure) -> Result) throws(Failure) -> Result? {
        guard case .array(var elements) = self else { return nil }
        self = .null
        defer { self = .array(elements) }
        return try edit(&elements)
    }

    /// Sets a member of a mapping, which an absent or null value becomes; anything else is left alone.
    mutating func setMember(_ key: String, _ value: Value?) {
        if isNull { self = .object(Object()) }
        editObject { $0[key] = value }
    }

    /// Edits the member `key`, making it from `initial` when it is missing or null.
    mutating func editMember<Failure: Error>(
        _ key: String, default initial: Value = .object(Object()), _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        try editObject { (object: inout Object) throws(Failure) in
            try object.update(key, default: initial) { (member: inout Value) throws(Failure) in
                if member.isNull { member = initial }
                try edit(&member)
            }
        }
    }

    /// What a scalar is when it is written as text; `nil` for a mapping, a list and null.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): Scalar.text(of: number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// Null, or a mapping or list without anything in it.
    var isNothing: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        case .bool, .integer, .double, .string: false
        }
    }
}
