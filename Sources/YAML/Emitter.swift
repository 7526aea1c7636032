internal import Manifests

/// Writes block style: two spaces a level, lists of a mapping not indented further, as kubectl and kustomize write.
struct Emitter {
    let style: YAMLStyle
    /// UTF-8: appending to bytes is several times faster than to a string.
    private(set) var bytes: [UInt8] = []

    /// Where the present line begins.
    private var lineStart = 0

    init(style: YAMLStyle) {
        self.style = style
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func emitDocument(_ value: Value) {
        switch value {
        case .object(let object) where !object.isEmpty: emit(object, indent: 0, firstIndented: false)
        case .array(let elements) where !elements.isEmpty: emit(elements, indent: 0, firstIndented: false)
        case .object, .array, .string, .null, .bool, .integer, .double:
            writeScalar(value, indent: 2)
            newLine()
        }
    }

    /// The line between two documents.
    mutating func separate() {
        write("---")
        newLine()
    }

    /// - Parameter firstIndented: the cursor already stands where the first member goes, behind the `- ` of a list.
    private mutating func emit(_ object: Object, indent: Int, firstIndented: Bool) {
        let order = style.sortsKeys ? KeyOrder.sorted(object.keys) : Array(object.keys.indices)
        for (index, position) in order.enumerated() {
            if index > 0 || !firstIndented { pad(indent) }
            let keyText = ScalarText.key(object.keys[position])
            if keyText.utf8.count > style.simpleKeyLength {
                write("? ")
                write(keyText)
                newLine()
                pad(indent)
            } else {
                write(keyText)
            }
            bytes.append(UInt8(ascii: ":"))
            emitMember(object.values[position], indent: indent)
        }
    }

    private mutating func emitMember(_ value: Value, indent: Int) {
        switch value {
        case .object(let object) where !object.isEmpty:
            newLine()
            emit(object, indent: indent + 2, firstIndented: false)
        case .array(let elements) where !elements.isEmpty:
            newLine()
            emit(elements, indent: indent, firstIndented: false)
        case .object, .array, .string, .null, .bool, .integer, .double: emitScalar(value, indent: indent + 2)
        }
    }

    private mutating func emit(_ elements: [Value], indent: Int, firstIndented: Bool) {
        for (position, element) in elements.enumerated() {
            if position > 0 || !firstIndented { pad(indent) }
            bytes.append(UInt8(ascii: "-"))
            switch element {
            case .object(let object) where !object.isEmpty:
                bytes.append(UInt8(ascii: " "))
                emit(object, indent: indent + 2, firstIndented: true)
            case .array(let elements) where !elements.isEmpty:
                bytes.append(UInt8(ascii: " "))
                emit(elements, indent: indent + 2, firstIndented: true)
            case .object, .array, .string, .null, .bool, .integer, .double: emitScalar(element, indent: indent + 2)
            }
        }
    }

    private mutating func emitScalar(_ value: Value, indent: Int) {
        bytes.append(UInt8(ascii: " "))
        writeScalar(value, indent: indent)
        newLine()
    }

    private mutating func writeScalar(_ value: Value, indent: Int) {
        if case .string(let text) = value, ScalarText.isEvidentlyPlain(text) { return write(text) }
        if case .double(let number) = value, style.writesNumbersAsGo { return write(NumberText.goYAML(number)) }
        guard let line = ScalarText.inline(value) else { return write(ScalarText.literal(value.string ?? "", indent: indent)) }
        guard let width = style.width, line.utf8.count + bytes.count - lineStart > width else { return write(line) }
        let column = bytes[lineStart...].count { $0 & 0xC0 != 0x80 }
        write(LineFolding(width: width, indent: indent, column: column).fold(line))
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        lineStart = bytes.count
    }

    private mutating func pad(_ count: Int) {
        for _ in 0..<count { bytes.append(UInt8(ascii: " ")) }
    }
}
