internal import Manifests

/// One of the columns with which `kubectl get` shows a custom resource.
struct PrinterColumn: Sendable {
    let name: String
    let type: String
    let format: String
    let text: String
    let priority: Int64
    private let path: FieldPath

    static let types = ["integer", "number", "string", "boolean", "date"]
    private static let creation: Value = ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"]

    /// What is shown when the definition says nothing.
    static let age: [PrinterColumn] = [PrinterColumn(creation)].compactMap { $0 }

    init?(_ value: Value) {
        guard let name = value["name"]?.string, let path = value["jsonPath"]?.string.flatMap(FieldPath.init) else { return nil }
        self.name = name
        self.path = path
        type = value["type"]?.string ?? "string"
        format = value["format"]?.string ?? ""
        text = value["description"]?.string ?? ""
        priority = value["priority"]?.integer ?? 0
    }

    /// The first value that the path leads to, if it is of the column's type; null for nothing.
    func cell(_ object: Value, _ now: Timestamp) -> Value {
        guard let value = path.values(in: object).first, !value.isNull else { return .null }
        switch type {
        case "integer": return value.integer.map(Value.integer) ?? .null
        case "number": return value.number == nil ? .null : value
        case "boolean": return value.bool == nil ? .null : value
        case "date":
            guard let text = value.string else { return .null }
            guard let then = Timestamp(rfc3339: text) else { return "<invalid>" }
            return .string(Age.text(seconds: now.seconds - then.seconds))
        default:
            return .string(value.string ?? JSON.string(value))
        }
    }
}

extension TableLayout {
    static func custom(_ version: CustomDefinition.Version) -> TableLayout {
        let name = Column(name: "Name", format: "name")
        let columns = version.columns.map {
            Column(name: $0.name, type: $0.type, format: $0.format, priority: $0.priority, text: $0.text)
        }
        return TableLayout(columns: [name] + columns) { object, now in
            [Cell.name(object, now)] + version.columns.map { $0.cell(object, now) }
        }
    }
}
