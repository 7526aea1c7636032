import Manifests

/// Reaches the values at a field spec's path. Lists on the way are entered element by element without being named.
struct FieldWalker {
    /// Why a path cannot be followed.
    struct Obstacle: Error {
        /// The keys that led there.
        var keys: [String]
        var problem: String
    }

    /// What a missing last field becomes when the spec creates.
    enum Creation {
        case never
        case scalar
        case mapping

        var initial: Value {
            switch self {
            case .never, .scalar: .null
            case .mapping: .object(Object())
            }
        }
    }

    let segments: [FieldSpec.Segment]
    let create: Bool
    let creation: Creation

    init(_ spec: FieldSpec, creation: Creation) {
        segments = spec.segments
        create = spec.create
        self.creation = creation
    }

    /// Calls `set` on each value that is found or made.
    func walk(_ value: inout Value, _ set: (inout Value) throws(Obstacle) -> Void) throws(Obstacle) {
        if !makes && !reaches(value, 0) { return }
        try step(&value, 0, set)
    }

    private var makes: Bool { create && creation != .never }

    /// Whether a walk comes to anything, or to an obstacle. Looking is much cheaper than an edit that does nothing, and most specs are
    /// about fields that most objects do not have.
    func reaches(_ value: Value, _ depth: Int = 0) -> Bool {
        guard depth < segments.count else { return true }
        switch value {
        case .null: return false
        case .array(let elements): return elements.contains { reaches($0, depth) }
        case .object(let object):
            guard let position = object.position(of: segments[depth].key) else { return false }
            let member = object.values[position]
            return member.isNull ? segments[depth].isList || depth + 1 == segments.count : reaches(member, depth + 1)
        case .bool, .integer, .double, .string: return true
        }
    }

    private func step(_ value: inout Value, _ depth: Int, _ set: (inout Value) throws(Obstacle) -> Void) throws(Obstacle) {
        guard depth < segments.count else {
            try set(&value)
            return
        }
        switch value {
        case .null: return
        case .array:
            try value.editArray { (elements: inout [Value]) throws(Obstacle) in
                for position in elements.indices { try step(&elements[position], depth, set) }
            }
        case .object:
            try value.editObject { (object: inout Object) throws(Obstacle) in
                try enter(&object, depth, set)
            }
        case .bool, .integer, .double, .string:
            throw Obstacle(keys: segments[..<depth].map(\.key), problem: "a mapping or a list is expected, not \(value.typeName)")
        }
    }

    private func enter(_ object: inout Object, _ depth: Int, _ set: (inout Value) throws(Obstacle) -> Void) throws(Obstacle) {
        let segment = segments[depth]
        let isLast = depth == segments.count - 1
        let makes = makes && !segment.isList
        if let position = object.position(of: segment.key) {
            try object.update(at: position) { (member: inout Value) throws(Obstacle) in
                if member.isNull, makes, !(isLast && creation == .scalar) { member = initial(isLast) }
                if member.isNull, segment.isList { member = .array([]) }
                try step(&member, depth + 1, set)
            }
        } else if makes {
            var member = initial(isLast)
            try step(&member, depth + 1, set)
            object[segment.key] = member
        }
    }

    private func initial(_ isLast: Bool) -> Value { isLast ? creation.initial : .object(Object()) }
}
