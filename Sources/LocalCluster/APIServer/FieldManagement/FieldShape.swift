internal import Manifests

/// How a place of an object is owned and merged by server-side apply.
indirect enum FieldShape: Sendable {
    /// As one: scalars, atomic lists and mappings.
    case whole
    /// Field by field, each with the shape that its structure says.
    case structure(SchemaType)
    /// Member by member, those with a name here with a shape of their own.
    case members([String: FieldShape], others: FieldShape)
    /// Member by member, all of one shape.
    case map(FieldShape)
    /// Item by item; items are told apart by these keys (with their defaults).
    case keyedList(keys: [String], defaults: [String: Value], item: FieldShape)
    /// Item by item; each scalar is its own name.
    case set
    /// Nothing is known: mappings field by field, lists as one.
    case deduced

    init(_ field: SchemaField) { self.init(field.type, field) }

    private init(_ type: FieldType, _ field: SchemaField?) {
        switch type {
        case .structure(let name):
            guard let structure = Schema.types[name] else {
                self = .deduced
                return
            }
            self = structure.isAtomic || field?.isAtomic == true ? .whole : .structure(structure)
        case .map(let element):
            self = field?.isAtomic == true ? .whole : .map(FieldShape(element, nil))
        case .list(let element):
            guard let field, !field.isAtomic else {
                self = .whole
                return
            }
            if field.isSet {
                self = .set
            } else if !field.mapKeys.isEmpty {
                var defaults: [String: Value] = [:]
                if case .structure(let name) = element, let structure = Schema.types[name] {
                    for key in field.mapKeys { defaults[key] = structure[key]?.defaultValue }
                    self = .keyedList(keys: field.mapKeys, defaults: defaults, item: .structure(structure))
                } else {
                    self = .keyedList(keys: field.mapKeys, defaults: defaults, item: .deduced)
                }
            } else {
                self = .whole
            }
        case .any:
            self = .deduced
        case .string, .int, .bool, .number, .quantity, .intOrString, .time, .microTime, .bytes:
            self = .whole
        }
    }

    /// The shape of an object of this type.
    static func of(_ type: ResourceType) -> FieldShape {
        if let custom = type.custom { return custom.version.shape }
        return Schema.type(type).map(FieldShape.structure) ?? .deduced
    }

    /// The shape of a member of a mapping with this shape.
    func member(_ name: String) -> FieldShape {
        switch self {
        case .structure(let type): type[name].map(FieldShape.init) ?? .deduced
        case .members(let members, let others): members[name] ?? others
        case .map(let element): element
        case .deduced: .deduced
        case .whole, .keyedList, .set: .whole
        }
    }

    var isGranularMapping: Bool {
        switch self {
        case .structure, .members, .map, .deduced: true
        case .whole, .keyedList, .set: false
        }
    }

    /// The path element of a list item; nil when this is no list of items with names.
    func element(of item: Value) -> String? {
        switch self {
        case .keyedList(let keys, let defaults, _):
            var named = Object()
            for key in keys { named[key] = item[key] ?? defaults[key] }
            return named.isEmpty ? nil : "k:" + JSON.string(.object(named), sortedKeys: true)
        case .set:
            return "v:" + JSON.string(item)
        case .whole, .structure, .members, .map, .deduced:
            return nil
        }
    }

    var item: FieldShape {
        if case .keyedList(_, _, let item) = self { item } else { .whole }
    }
}
