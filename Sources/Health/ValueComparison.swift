package import Manifests

/// What a path's value is compared with. Behind `[*]` there may be several values: one that holds is enough.
package enum ValueComparison: Sendable, Hashable {
    case equals([Value])
    /// It is there and is none of these.
    case differs([Value])
    case startsWith([String])
    /// Something is there; null, "", [] and {} are nothing.
    case exists(Bool)
    /// Numbers; several of a path with `[*]` are added up. No number on the left is 0, as controllers leave zeros out; none on the right does
    /// not hold.
    case below(HealthOperand)
    case above(HealthOperand)
    /// Both are there and read alike, whether as text or number.
    case sameAs(HealthPath)
    case differsFrom(HealthPath)
    /// A text such as `2/3`: whether all of them are there.
    case complete(Bool)

    func holds(for path: HealthPath, in object: Value) -> Bool {
        switch self {
        case .exists(let wanted): path.values(in: object).contains { !$0.isEmpty } == wanted
        case .below(let operand): number(path, operand, in: object) { $0 < $1 }
        case .above(let operand): number(path, operand, in: object) { $0 > $1 }
        case .equals, .differs, .startsWith, .sameAs, .differsFrom, .complete: found(at: path, in: object) != nil
        }
    }

    /// The value that makes it hold, for those that look at one value.
    func found(at path: HealthPath, in object: Value) -> Value? {
        switch self {
        case .equals(let wanted): path.values(in: object).first { wanted.contains($0) }
        case .differs(let unwanted): path.values(in: object).first { !unwanted.contains($0) }
        case .startsWith(let starts): path.values(in: object).first { value in starts.contains { value.string?.hasPrefix($0) == true } }
        case .sameAs(let other): compared(path, other, in: object) { $0 == $1 }
        case .differsFrom(let other): compared(path, other, in: object) { $0 != $1 }
        case .complete(let wanted): path.values(in: object).first { Self.isComplete($0) == wanted }
        case .exists, .below, .above: nil
        }
    }

    private func compared(_ path: HealthPath, _ other: HealthPath, in object: Value, _ holds: (String, String) -> Bool) -> Value? {
        guard let right = other.value(in: object)?.scalarText else { return nil }
        return path.values(in: object).first { value in value.scalarText.map { holds($0, right) } ?? false }
    }

    private func number(_ path: HealthPath, _ operand: HealthOperand, in object: Value, _ holds: (Double, Double) -> Bool) -> Bool {
        guard let right = operand.number(in: object) else { return false }
        return holds(path.sum(in: object) ?? 0, right)
    }

    private static func isComplete(_ value: Value) -> Bool? {
        guard let parts = value.string?.split(separator: "/", omittingEmptySubsequences: false), parts.count == 2,
            let have = Int(parts[0]), let want = Int(parts[1])
        else { return nil }
        return have >= want
    }

    var description: String {
        switch self {
        case .equals(let wanted): "is \(Self.list(wanted))"
        case .differs(let unwanted): "is not \(Self.list(unwanted))"
        case .startsWith(let starts): "starts with \(starts.joined(separator: " or "))"
        case .exists(let wanted): wanted ? "is there" : "is not there"
        case .below(let operand): "is below \(operand.text)"
        case .above(let operand): "is above \(operand.text)"
        case .sameAs(let other): "is the same as \(other.text)"
        case .differsFrom(let other): "differs from \(other.text)"
        case .complete(let wanted): wanted ? "is complete" : "is not complete"
        }
    }

    private static func list(_ values: [Value]) -> String { values.map { $0.scalarText ?? JSON.string($0) }.joined(separator: " or ") }
}

/// What a number is compared with: another, or the sum of what stands at a path.
package enum HealthOperand: Sendable, Hashable {
    case number(Double)
    case path(HealthPath)

    func number(in object: Value) -> Double? {
        switch self {
        case .number(let number): number
        case .path(let path): path.sum(in: object)
        }
    }

    var text: String {
        switch self {
        case .number(let number): JSON.string(Int64(exactly: number).map(Value.integer) ?? .double(number))
        case .path(let path): path.text
        }
    }
}

extension HealthPath {
    /// `nil` when no number stands there.
    func sum(in object: Value) -> Double? {
        // Some controllers write a count or a generation as text.
        let numbers = values(in: object).compactMap { value in value.number ?? value.string.flatMap { Int64($0).map(Double.init) } }
        return numbers.isEmpty ? nil : numbers.reduce(0, +)
    }
}
