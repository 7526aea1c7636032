internal import Manifests

/// How `kubectl get` shows a kind: its columns, and their cells for one object.
struct TableLayout: Sendable {
    struct Column: Sendable {
        let name: String
        var type = "string"
        var format = ""
        /// 1: only with `-o wide`.
        var priority: Int64 = 0
        var text = ""

        var definition: Value {
            [
                "name": .string(name), "type": .string(type), "format": .string(format), "description": .string(text.isEmpty ? name : text),
                "priority": .integer(priority),
            ]
        }
    }

    let columns: [Column]
    let cells: @Sendable (Value, Timestamp) -> [Value]

    /// Columns are written as `Name`, or `+Name` for those of `-o wide` only; each with the cell that stands in it.
    init(_ columns: [(String, @Sendable (Value, Timestamp) -> Value)]) {
        self.columns = columns.map { title, _ in
            let isWide = title.hasPrefix("+")
            let name = isWide ? String(title.dropFirst()) : title
            return Column(name: name, format: name == "Name" ? "name" : "", priority: isWide ? 1 : 0)
        }
        cells = { object, now in columns.map { $0.1(object, now) } }
    }

    init(columns: [Column], cells: @escaping @Sendable (Value, Timestamp) -> [Value]) {
        self.columns = columns
        self.cells = cells
    }

    static func of(_ type: ResourceType) -> TableLayout {
        if let custom = type.custom { return .custom(custom.version) }
        return layouts[type] ?? plain
    }

    private static let layouts: [ResourceType: TableLayout] = {
        var layouts = workloadLayouts
        layouts.merge(configurationLayouts) { first, _ in first }
        layouts.merge(networkLayouts) { first, _ in first }
        return layouts
    }()

    private static let plain = TableLayout([
        ("Name", Cell.name), ("Created At", { object, _ in object["metadata"]?["creationTimestamp"] ?? "" }),
    ])
}

/// The cells that many kinds share.
enum Cell {
    @Sendable static func name(_ object: Value, _ now: Timestamp) -> Value { .string(object.name ?? "") }

    @Sendable static func age(_ object: Value, _ now: Timestamp) -> Value {
        since(object["metadata"]?["creationTimestamp"], now)
    }

    /// Time since, in words; `<unknown>` when there is none.
    static func since(_ time: Value?, _ now: Timestamp) -> Value {
        guard let then = time?.string.flatMap(Timestamp.init(rfc3339:)) else { return "<unknown>" }
        return .string(Age.text(seconds: now.seconds - then.seconds))
    }

    static func count(_ path: String...) -> @Sendable (Value, Timestamp) -> Value {
        { object, _ in .integer(object.at(path)?.integer ?? 0) }
    }

    static func text(_ path: String...) -> @Sendable (Value, Timestamp) -> Value {
        { object, _ in
            switch object.at(path) {
            case .string(let text): text.isEmpty ? "<none>" : .string(text)
            case .integer(let number): .string(String(number))
            case .bool(let flag): flag ? "True" : "False"
            default: "<none>"
            }
        }
    }

    static func size(_ path: String...) -> @Sendable (Value, Timestamp) -> Value {
        { object, _ in
            let value = object.at(path)
            return .integer(Int64(value?.array?.count ?? value?.object?.count ?? 0))
        }
    }

    /// `READY` of workloads: `1/3`.
    static func ratio(_ ready: [String], of wanted: [String]) -> @Sendable (Value, Timestamp) -> Value {
        { object, _ in .string("\(object.at(ready)?.integer ?? 0)/\(object.at(wanted)?.integer ?? 0)") }
    }

    @Sendable static func containerNames(_ object: Value, _ now: Timestamp) -> Value { joined(object, "name") }
    @Sendable static func images(_ object: Value, _ now: Timestamp) -> Value { joined(object, "image") }

    private static func joined(_ object: Value, _ field: String) -> Value {
        let spec = object.at(["spec", "template", "spec"]) ?? object.at(["spec", "jobTemplate", "spec", "template", "spec"])
        return .string((spec?["containers"]?.array ?? []).compactMap { $0[field]?.string }.joined(separator: ","))
    }

    /// `app=web,tier in (a,b)`.
    static func selector(_ path: String...) -> @Sendable (Value, Timestamp) -> Value {
        { object, _ in .string(selectorText(object.at(path))) }
    }

    static func selectorText(_ selector: Value?) -> String {
        var terms = labels(selector?["matchLabels"]?.object)
        for expression in selector?["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string).joined(separator: ",")
            switch expression["operator"]?.string {
            case "In": terms.append("\(key) in (\(values))")
            case "NotIn": terms.append("\(key) notin (\(values))")
            case "Exists": terms.append(key)
            default: terms.append("!\(key)")
            }
        }
        return terms.isEmpty ? "<none>" : terms.joined(separator: ",")
    }

    static func labels(_ labels: Object?) -> [String] {
        (labels.map(Array.init) ?? []).map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
    }
}

/// Spans of time as kubectl writes them.
enum Age {
    static func text(seconds: Int64) -> String {
        let seconds = max(0, seconds)
        let minutes = seconds / 60
        let hours = seconds / 3600
        let days = hours / 24
        let years = days / 365
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return "\(minutes)m" + part(seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return "\(hours)h" + part(minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if days < 8 { return "\(days)d" + part(hours % 24, "h") }
        if days < 730 { return "\(days)d" }
        if years < 8 { return "\(years)y" + part(days % 365, "d") }
        return "\(years)y"
    }

    private static func part(_ number: Int64, _ unit: String) -> String { number == 0 ? "" : "\(number)\(unit)" }
}
