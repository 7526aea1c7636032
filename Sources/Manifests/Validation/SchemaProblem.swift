/// Where an object does not fit its schema.
package struct SchemaProblem: Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case unknownField
        case wrongType
        case missingField
        /// A value of the right type that is not among those allowed, out of range, or not in the format.
        case invalidValue
        /// More than is judged; what was not looked at is unknown.
        case limitExceeded
    }

    package var code: Code
    /// Of the object; for a missing field that of the mapping which lacks it.
    package var path: [PathElement]
    package var message: String
    package var hint: String?

    package init(code: Code, path: [PathElement], message: String, hint: String? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }
}
