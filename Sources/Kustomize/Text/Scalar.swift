import Manifests

/// Plain scalars of YAML as values and back, for the places where kustomize moves text between typed fields.
enum Scalar {
    /// What the text means when it is written without quotes, by the core schema that Kubernetes tools share.
    static func value(ofPlain text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    static func number(_ text: String) -> Value? {
        guard let first = text.utf8.first, isNumberStart(first) else { return nil }
        if let integer = Int64(text) { return .integer(integer) }
        let digits = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x65 || byte == 0x45 || byte == 0x2B || byte == 0x2D
        }
        guard digits, let number = Double(text), number.isFinite else { return nil }
        return .double(number)
    }

    /// Shortest text that reads back as the same number, without an exponent where it can be avoided.
    static func text(of number: Double) -> String {
        if let integer = Int64(exactly: number) { return String(integer) }
        return number.description
    }

    private static func isNumberStart(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }
}
