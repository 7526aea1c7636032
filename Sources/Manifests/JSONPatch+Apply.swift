extension JSONPatch {
    /// Carries out operations, one after the other, on one value.
    struct Applier {
        let dialect: Dialect
        private var copiedNodes = 0

        init(dialect: Dialect) { self.dialect = dialect }

        mutating func apply(_ operation: Operation, to value: inout Value) throws(ManifestError) {
            switch operation {
            case .add(let path, let new): try add(new, at: path, in: &value)
            case .remove(let path): _ = try remove(path, from: &value)
            case .replace(let path, let new):
                if new.object == nil && new.array == nil { try checkRoot(path) }
                try checkDepth(new, at: path)
                if memberNeverWritten(path, in: value) != nil { return try add(new, at: path, in: &value) }
                try edit(&value, path.steps[...], path) { target in target = new }
            case .move(let from, let path):
                if path.isInside(from) && path != from {
                    throw ManifestError(code: .patchConflict, message: "cannot move \(from) into itself, to \(path)")
                }
                let moved = try remove(from, from: &value)
                try add(moved, at: path, in: &value)
            case .copy(let from, let path):
                guard let copy = find(from, in: value) ?? memberNeverWritten(from, in: value) else { throw missing(from) }
                copiedNodes += copy.nodeCount
                guard copiedNodes <= ManifestLimits.copiedNodes else {
                    throw ManifestError(code: .limitExceeded, message: "the copies of this patch make the value too large")
                }
                try add(copy, at: path, in: &value)
            case .test(let path, let wanted):
                let found = find(path, in: value)
                if found == nil && !(dialect == .kubernetes && wanted.isNull) { throw missing(path) }
                guard SemanticDiff.equal(found ?? .null, wanted) else {
                    throw ManifestError(code: .testFailed, message: "test failed: \(path) has another value than the patch expects")
                }
            }
        }

        // MARK: Changes

        private func add(_ new: Value, at path: JSONPointer, in value: inout Value) throws(ManifestError) {
            try checkRoot(path)
            try checkDepth(new, at: path)
            guard let step = path.steps.last else { return value = new }
            try edit(&value, path.steps.dropLast(), path) { (parent) throws(ManifestError) in
                switch parent {
                case .object: parent[step] = new
                case .array(var elements):
                    parent = .null  // gives up the shared storage before the edit
                    defer { parent = .array(elements) }
                    if step == "-" { return elements.append(new) }
                    guard let index = index(step, count: elements.count + 1) else { throw missing(path) }
                    elements.insert(new, at: index)
                case .null, .bool, .integer, .double, .string: throw missing(path)
                }
            }
        }

        private func remove(_ path: JSONPointer, from value: inout Value) throws(ManifestError) -> Value {
            try checkRoot(path)
            guard let step = path.steps.last else {
                defer { value = .null }
                return value
            }
            return try edit(&value, path.steps.dropLast(), path) { (parent) throws(ManifestError) in
                if case .array(var elements) = parent {
                    guard let index = index(step, count: elements.count) else { throw missing(path) }
                    parent = .null
                    defer { parent = .array(elements) }
                    return elements.remove(at: index)
                }
                guard let removed = parent[step] else { throw missing(path) }
                parent[step] = nil
                return removed
            }
        }

        /// Edits the value at `steps`, which must exist, in place.
        private func edit<Result>(
            _ value: inout Value, _ steps: ArraySlice<String>, _ path: JSONPointer, _ change: (inout Value) throws(ManifestError) -> Result
        ) throws(ManifestError) -> Result {
            guard let step = steps.first else { return try change(&value) }
            let rest = steps.dropFirst()
            switch value {
            case .object(var object):
                guard object.position(of: step) != nil else { throw missing(path) }
                value = .null
                defer { value = .object(object) }
                return try object.update(step, default: .null) { (child) throws(ManifestError) in try edit(&child, rest, path, change) }
            case .array(var elements):
                guard let index = index(step, count: elements.count) else { throw missing(path) }
                value = .null
                defer { value = .array(elements) }
                return try edit(&elements[index], rest, path, change)
            case .null, .bool, .integer, .double, .string: throw missing(path)
            }
        }

        // MARK: Places

        private func find(_ pointer: JSONPointer, in root: Value) -> Value? {
            var value = root
            for step in pointer.steps {
                let next = value.array.map { elements in index(step, count: elements.count).map { elements[$0] } } ?? value[step]
                guard let next else { return nil }
                value = next
            }
            return value
        }

        /// evanphx reads a member that a mapping does not have as null, and so copies and replaces it.
        private func memberNeverWritten(_ pointer: JSONPointer, in root: Value) -> Value? {
            guard dialect == .kubernetes, let step = pointer.steps.last else { return nil }
            let parent = find(JSONPointer(steps: pointer.steps.dropLast()), in: root)
            return parent?.object?.position(of: step) == nil && parent?.object != nil ? .null : nil
        }

        /// The place that a step names among `count` places.
        private func index(_ step: String, count: Int) -> Int? {
            var index = JSONPointer.index(step)
            if dialect == .kubernetes, step.utf8.count <= 9, let number = Int(step) { index = number < 0 ? count + number : number }
            guard let index, (0..<count).contains(index) else { return nil }
            return index
        }

        private func checkRoot(_ pointer: JSONPointer) throws(ManifestError) {
            guard dialect == .kubernetes && pointer.steps.isEmpty else { return }
            throw ManifestError(code: .patchConflict, message: "a patch cannot change the object as a whole; name a field in \"path\"")
        }

        /// Many operations could nest what no text could, and what recurses over values would run out of stack.
        private func checkDepth(_ new: Value, at path: JSONPointer) throws(ManifestError) {
            guard path.steps.count + new.depth > ManifestLimits.depth else { return }
            throw ManifestError(code: .limitExceeded, message: "the patch nests the value deeper than \(ManifestLimits.depth) levels")
        }

        private func missing(_ pointer: JSONPointer) -> ManifestError {
            ManifestError(code: .patchConflict, message: "there is nothing at \(pointer.steps.isEmpty ? "the root" : pointer.description)")
        }
    }
}

extension Value {
    /// Levels of lists and mappings; 0 for a scalar.
    package var depth: Int {
        switch self {
        case .null, .bool, .integer, .double, .string: 0
        case .array(let elements): elements.reduce(0) { max($0, $1.depth) } + 1
        case .object(let object): object.values.reduce(0) { max($0, $1.depth) } + 1
        }
    }

    /// Itself and all below it.
    package var nodeCount: Int {
        switch self {
        case .null, .bool, .integer, .double, .string: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .object(let object): object.values.reduce(1) { $0 + $1.nodeCount }
        }
    }
}
