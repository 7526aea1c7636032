internal import Manifests

/// Reads the notation of `SchemaText`. The text is part of the program, so what cannot be read is left out here and found by a test.
enum SchemaReader {
    static func read(_ text: String) -> [SchemaType] {
        var types: [SchemaType] = []
        var package = ""
        var header: (name: String, atomic: Bool)?
        var fields: [SchemaField] = []
        func close() {
            if let header { types.append(SchemaType(name: header.name, package: package, isAtomic: header.atomic, fields: fields)) }
            header = nil
            fields = []
        }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                close()
                package = String(line.dropFirst(2))
            } else if line.hasPrefix("  ") {
                fields += line.split(separator: ";").compactMap { field($0) }
            } else if let colon = line.firstIndex(of: ":") {
                close()
                let words = line[..<colon].split(separator: " ")
                header = (String(words.first ?? ""), words.contains("atomic"))
                fields = line[line.index(after: colon)...].split(separator: ";").compactMap { field($0) }
            }
        }
        close()
        return types
    }

    private static func field(_ text: Substring) -> SchemaField? {
        let words = text.split(separator: " ")
        guard words.count >= 2 else { return nil }
        var name = words[0]
        let isRequired = name.hasSuffix("*")
        if isRequired { name = name.dropLast() }
        var typeText = words[1]
        let omitsZero = typeText.hasSuffix("-")
        if omitsZero { typeText = typeText.dropLast() }
        var field = SchemaField(name: String(name), type: type(typeText), isRequired: isRequired, omitsZero: omitsZero)
        for option in words.dropFirst(2) { apply(option, to: &field) }
        return field
    }

    private static func apply(_ option: Substring, to field: inout SchemaField) {
        if option.hasPrefix("=") {
            let text = String(option.dropFirst())
            switch field.type {
            case .int: field.defaultValue = Int64(text).map(Value.integer)
            case .bool: field.defaultValue = .bool(text == "true")
            case .intOrString: field.defaultValue = Int64(text).map(Value.integer) ?? .string(text)
            case .string, .number, .quantity, .time, .microTime, .bytes, .any, .structure, .list, .map: field.defaultValue = .string(text)
            }
        } else if option.hasPrefix("map=") {
            field.mapKeys = option.dropFirst(4).split(separator: ",").map(String.init)
        } else if option.hasPrefix("patch=") {
            field.patchKey = String(option.dropFirst(6))
        } else if option.hasPrefix("of=") {
            field.allowed = option.dropFirst(3).split(separator: "|").map(String.init)
        } else if option == "patch" {
            field.patchKey = ""
        } else if option == "set" {
            field.isSet = true
        } else if option == "atomic" {
            field.isAtomic = true
        } else if option == "kept" {
            field.isKept = true
        } else if option == "retain" {
            field.retainsKeys = true
        }
    }

    private static func type(_ text: Substring) -> FieldType {
        if text.hasPrefix("["), text.hasSuffix("]") { return .list(type(text.dropFirst().dropLast())) }
        if text.hasPrefix("{"), text.hasSuffix("}") { return .map(type(text.dropFirst().dropLast())) }
        switch text {
        case "string": return .string
        case "int": return .int
        case "bool": return .bool
        case "number": return .number
        case "quantity": return .quantity
        case "intOrString": return .intOrString
        case "time": return .time
        case "microTime": return .microTime
        case "bytes": return .bytes
        case "any": return .any
        default: return .structure(String(text))
        }
    }
}
