/// What differs between two values, field by field.
package enum SemanticDiff {
    /// Equality in which a number's form does not matter: `1` and `1.0` are equal.
    package static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.integer, .double), (.double, .integer), (.double, .double): left.number == right.number
        case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(equal)
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { key, value in right[key].map { equal(value, $0) } ?? false }
        default: left == right
        }
    }
}
