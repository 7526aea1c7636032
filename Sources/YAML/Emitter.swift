internal import Manifests

/// Writes block style: two spaces a level, lists of a mapping not indented further, as kubectl and kustomize write.
struct Emitter {
    private(set) var text = ""

    mutating func emitDocument(_ value: Value) {
        switch value {
        case .object(let object) where !object.isEmpty: emit(object, indent: 0, firstIndented: false)
        case .array(let elements) where !elements.isEmpty: emit(elements, indent: 0, firstIndented: false)
        case .object, .array, .string, .null, .bool, .integer, .double:
            text += ScalarText.inline(value) ?? ScalarText.literal(value.string ?? "", indent: 2)
            text += "\n"
        }
    }

    /// - Parameter firstIndented: the cursor already stands where the first member goes, behind the `- ` of a list.
    private mutating func emit(_ object: Object, indent: Int, firstIndented: Bool) {
        for (position, (key, value)) in object.enumerated() {
            if position > 0 || !firstIndented { pad(indent) }
            let keyText = ScalarText.key(key)
            if keyText.utf8.count > ScalarText.simpleKeyLength {
                text += "? \(keyText)\n"
                pad(indent)
                text += ":"
            } else {
                text += "\(keyText):"
            }
            emitMember(value, indent: indent)
        }
    }

    private mutating func emitMember(_ value: Value, indent: Int) {
        switch value {
        case .object(let object) where !object.isEmpty:
            text += "\n"
            emit(object, indent: indent + 2, firstIndented: false)
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            emit(elements, indent: indent, firstIndented: false)
        case .object, .array, .string, .null, .bool, .integer, .double: emitScalar(value, indent: indent + 2)
        }
    }

    private mutating func emit(_ elements: [Value], indent: Int, firstIndented: Bool) {
        for (position, element) in elements.enumerated() {
            if position > 0 || !firstIndented { pad(indent) }
            text += "-"
            switch element {
            case .object(let object) where !object.isEmpty:
                text += " "
                emit(object, indent: indent + 2, firstIndented: true)
            case .array(let elements) where !elements.isEmpty:
                text += " "
                emit(elements, indent: indent + 2, firstIndented: true)
            case .object, .array, .string, .null, .bool, .integer, .double: emitScalar(element, indent: indent + 2)
            }
        }
    }

    private mutating func emitScalar(_ value: Value, indent: Int) {
        text += " "
        text += ScalarText.inline(value) ?? ScalarText.literal(value.string ?? "", indent: indent)
        text += "\n"
    }

    private mutating func pad(_ count: Int) { text += String(repeating: " ", count: count) }
}
