/// A mapping that keeps the order in which its members were written. Two are equal when they have equal members, in any order.
///
/// Small mappings, which nearly all in manifests are, are searched in order; from `indexThreshold` members on an index is kept.
package struct Object: Sendable {
    private static let indexThreshold = 12

    package private(set) var keys: [String] = []
    package private(set) var values: [Value] = []
    private var index: [String: Int]?

    package init() {}

    /// Members whose keys are known to be different, in order.
    package init(distinctKeys keys: [String], values: [Value]) {
        self.keys = keys
        self.values = values
        if keys.count >= Self.indexThreshold { index = Self.makeIndex(keys) }
    }

    /// A later pair replaces an earlier one of the same key.
    package init(_ pairs: some Sequence<(String, Value)>) {
        for (key, value) in pairs { self[key] = value }
    }

    package var count: Int { keys.count }
    package var isEmpty: Bool { keys.isEmpty }

    package subscript(_ key: String) -> Value? {
        get { position(of: key).map { values[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): values[position] = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end; of a key that is there already nothing is changed, and its position is returned.
    package mutating func appendNew(_ key: String, _ value: Value) -> Int? {
        if let position = position(of: key) { return position }
        append(key, value)
        return nil
    }

    package mutating func reserveCapacity(_ count: Int) {
        keys.reserveCapacity(count)
        values.reserveCapacity(count)
    }

    package func position(of key: String) -> Int? {
        if let index { return index[key] }
        return keys.firstIndex(of: key)
    }

    /// Edits the member in place, without a copy of what is below it. A missing member is made from `initial`.
    package mutating func update<Result, Failure: Error>(
        _ key: String, default initial: @autoclosure () -> Value, _ edit: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let position = position(of: key) { return try edit(&values[position]) }
        append(key, initial())
        return try edit(&values[values.count - 1])
    }

    /// Edits the member at a position that `position(of:)` has answered.
    package mutating func update<Failure: Error>(
        at position: Int, _ edit: (inout Value) throws(Failure) -> Void
    ) throws(Failure) { try edit(&values[position]) }

    package mutating func insert(_ key: String, _ value: Value, at position: Int) {
        self[key] = nil
        let place = Swift.min(Swift.max(position, 0), keys.count)
        keys.insert(key, at: place)
        values.insert(value, at: place)
        index = keys.count >= Self.indexThreshold ? Self.makeIndex(keys) : nil
    }

    private mutating func append(_ key: String, _ value: Value) {
        keys.append(key)
        values.append(value)
        if index != nil {
            index?[key] = keys.count - 1
        } else if keys.count >= Self.indexThreshold {
            index = Self.makeIndex(keys)
        }
    }

    private mutating func remove(at position: Int) {
        keys.remove(at: position)
        values.remove(at: position)
        if index != nil { index = keys.count >= Self.indexThreshold ? Self.makeIndex(keys) : nil }
    }

    private static func makeIndex(_ keys: [String]) -> [String: Int] {
        var index: [String: Int] = [:]
        index.reserveCapacity(keys.count)
        for (position, key) in keys.enumerated() { index[key] = position }
        return index
    }
}

extension Object: Sequence {
    package struct Iterator: IteratorProtocol {
        private let keys: [String]
        private let values: [Value]
        private var position = 0

        init(_ object: Object) { (keys, values) = (object.keys, object.values) }

        package mutating func next() -> (key: String, value: Value)? {
            guard position < keys.count else { return nil }
            defer { position += 1 }
            return (keys[position], values[position])
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }

    package var underestimatedCount: Int { count }
}

extension Object: Hashable {
    package static func == (left: Object, right: Object) -> Bool {
        guard left.count == right.count else { return false }
        if left.keys == right.keys { return left.values == right.values }
        for (position, key) in left.keys.enumerated() where right[key] != left.values[position] { return false }
        return true
    }

    /// Independent of the order of members, as equality is.
    package func hash(into hasher: inout Hasher) {
        var combined = 0
        for (position, key) in keys.enumerated() {
            var member = Hasher()
            member.combine(key)
            member.combine(values[position])
            combined ^= member.finalize()
        }
        hasher.combine(count)
        hasher.combine(combined)
    }
}

extension Object: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
