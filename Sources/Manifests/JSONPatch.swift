/// JSON patches of RFC 6902: a list of operations, applied all or not at all.
package enum JSONPatch {
    /// Applies `patch` to `value`. Throws `invalidPatch` for a malformed patch, `patchConflict` when a place does not exist, and `testFailed`; the path of the
    /// error is the operation's place in the patch.
    package static func apply(_ patch: Value, to value: Value) throws(ManifestError) -> Value {
        guard let operations = patch.array else {
            throw ManifestError(code: .invalidPatch, message: "a JSON patch is a list of operations, not \(patch.typeName)")
        }
        guard operations.count <= ManifestLimits.patchOperations else {
            throw ManifestError(
                code: .limitExceeded,
                message: "the JSON patch has \(operations.count) operations; at most \(ManifestLimits.patchOperations) are allowed")
        }
        var result = value
        var copied = 0
        for (index, operation) in operations.enumerated() {
            do throws(ManifestError) {
                try Operation(operation).apply(to: &result, copiedNodes: &copied)
            } catch {
                throw error.prefixed(by: [.index(index)])
            }
        }
        return result
    }

    private enum Operation {
        case add(JSONPointer, Value)
        case remove(JSONPointer)
        case replace(JSONPointer, Value)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, Value)

        init(_ operation: Value) throws(ManifestError) {
            guard operation.object != nil else {
                throw ManifestError(code: .invalidPatch, message: "an operation of a JSON patch is a mapping, not \(operation.typeName)")
            }
            let name = try Self.text("op", of: operation)
            let path = try JSONPointer(try Self.text("path", of: operation))
            switch name {
            case "add": self = .add(path, try Self.value(of: operation))
            case "remove": self = .remove(path)
            case "replace": self = .replace(path, try Self.value(of: operation))
            case "move": self = .move(from: try JSONPointer(try Self.text("from", of: operation)), to: path)
            case "copy": self = .copy(from: try JSONPointer(try Self.text("from", of: operation)), to: path)
            case "test": self = .test(path, try Self.value(of: operation))
            default:
                throw ManifestError(
                    code: .invalidPatch, message: "unknown operation \"\(name)\"; known are add, remove, replace, move, copy, test")
            }
        }

        private static func text(_ key: String, of operation: Value) throws(ManifestError) -> String {
            guard let member = operation[key] else { throw ManifestError(code: .invalidPatch, message: "the operation has no \"\(key)\"") }
            guard let text = member.string else {
                throw ManifestError(code: .invalidPatch, message: "\"\(key)\" of the operation must be a string, not \(member.typeName)")
            }
            return text
        }

        private static func value(of operation: Value) throws(ManifestError) -> Value {
            guard let value = operation["value"] else {
                throw ManifestError(code: .invalidPatch, message: "the operation has no \"value\"; write null for null")
            }
            return value
        }

        func apply(to value: inout Value, copiedNodes: inout Int) throws(ManifestError) {
            switch self {
            case .add(let path, let new): try value.add(new, at: path.steps[...], path)
            case .remove(let path): _ = try value.remove(at: path.steps[...], path)
            case .replace(let path, let new): try value.replace(at: path.steps[...], with: new, path)
            case .move(let from, let path):
                if path.isInside(from) && path != from {
                    throw ManifestError(code: .patchConflict, message: "cannot move \(from) into itself, to \(path)")
                }
                let moved = try value.remove(at: from.steps[...], from)
                try value.add(moved, at: path.steps[...], path)
            case .copy(let from, let path):
                guard let copy = from.value(in: value) else { throw missing(from) }
                copiedNodes += copy.nodeCount
                guard copiedNodes <= ManifestLimits.copiedNodes else {
                    throw ManifestError(code: .limitExceeded, message: "the copies of this patch make the value too large")
                }
                try value.add(copy, at: path.steps[...], path)
            case .test(let path, let wanted):
                guard let found = path.value(in: value) else { throw missing(path) }
                guard SemanticDiff.equal(found, wanted) else {
                    throw ManifestError(code: .testFailed, message: "test failed: \(path) has another value than the patch expects")
                }
            }
        }
    }
}

private func missing(_ pointer: JSONPointer) -> ManifestError {
    ManifestError(code: .patchConflict, message: "there is nothing at \(pointer.steps.isEmpty ? "the root" : pointer.description)")
}

extension Value {
    /// Itself and all below it.
    package var nodeCount: Int {
        switch self {
        case .null, .bool, .integer, .double, .string: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .object(let object): object.values.reduce(1) { $0 + $1.nodeCount }
        }
    }

    fileprivate mutating func add(_ new: Value, at steps: ArraySlice<String>, _ pointer: JSONPointer) throws(ManifestError) {
        guard let step = steps.first else {
            self = new
            return
        }
        guard steps.count == 1 else {
            return try descend(step, pointer) { (child) throws(ManifestError) in try child.add(new, at: steps.dropFirst(), pointer) }
        }
        switch self {
        case .object: self[step] = new
        case .array(var elements):
            self = .null  // gives up the shared storage before the edit
            defer { self = .array(elements) }
            if step == "-" { return elements.append(new) }
            guard let index = JSONPointer.index(step), index <= elements.count else { throw missing(pointer) }
            elements.insert(new, at: index)
        case .null, .bool, .integer, .double, .string: throw missing(pointer)
        }
    }

    fileprivate mutating func remove(at steps: ArraySlice<String>, _ pointer: JSONPointer) throws(ManifestError) -> Value {
        guard let step = steps.first else {
            defer { self = .null }
            return self
        }
        guard steps.count == 1 else {
            return try descend(step, pointer) { (child) throws(ManifestError) in try child.remove(at: steps.dropFirst(), pointer) }
        }
        if case .array(var elements) = self {
            guard let index = JSONPointer.index(step), index < elements.count else { throw missing(pointer) }
            self = .null
            defer { self = .array(elements) }
            return elements.remove(at: index)
        }
        guard let removed = self[step] else { throw missing(pointer) }
        self[step] = nil
        return removed
    }

    fileprivate mutating func replace(at steps: ArraySlice<String>, with new: Value, _ pointer: JSONPointer) throws(ManifestError) {
        guard let step = steps.first else {
            self = new
            return
        }
        try descend(step, pointer) { (child) throws(ManifestError) in try child.replace(at: steps.dropFirst(), with: new, pointer) }
    }

    private mutating func descend<Result>(
        _ step: String, _ pointer: JSONPointer, _ edit: (inout Value) throws(ManifestError) -> Result
    ) throws(ManifestError) -> Result {
        switch self {
        case .object(var object):
            guard object.position(of: step) != nil else { throw missing(pointer) }
            self = .null
            defer { self = .object(object) }
            return try object.update(step, default: .null, edit)
        case .array(var elements):
            guard let index = JSONPointer.index(step), index < elements.count else { throw missing(pointer) }
            self = .null
            defer { self = .array(elements) }
            return try edit(&elements[index])
        case .null, .bool, .integer, .double, .string: throw missing(pointer)
        }
    }
}
