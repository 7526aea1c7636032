internal import Manifests

/// One change of one object, as it stands in the log: enough to make it again without any rule.
enum LoggedChange: Sendable {
    /// The object as stored; its `resourceVersion` is the revision of the change.
    case put(ObjectKey, Value, revision: UInt64)
    case remove(ObjectKey, revision: UInt64)

    var key: ObjectKey {
        switch self {
        case .put(let key, _, _), .remove(let key, _): key
        }
    }

    var revision: UInt64 {
        switch self {
        case .put(_, _, let revision), .remove(_, let revision): revision
        }
    }

    /// One line of JSON. The type is written out, so that a log can be read before anybody knows the kinds that users defined.
    var bytes: [UInt8] {
        var line: Object = ["revision": .string(String(revision)), "type": Self.value(of: key.type)]
        switch self {
        case .put(_, let object, _): line["put"] = object
        case .remove(let key, _): line["remove"] = ["namespace": .string(key.namespace), "name": .string(key.name)]
        }
        return JSON.bytes(.object(line))
    }

    /// - Throws: words that say what is wrong with it.
    init(_ bytes: some Collection<UInt8>) throws(LogFrame.Damage) {
        let line: Value
        do {
            line = try JSON.parse(bytes)
        } catch {
            throw LogFrame.Damage("a change is not JSON: \(error)")
        }
        guard let revision = line["revision"]?.string.flatMap(UInt64.init), let type = Self.type(line["type"]) else {
            throw LogFrame.Damage("a change has no revision or no type")
        }
        if let object = line["put"], let name = object.name {
            self = .put(ObjectKey(type, object.namespace ?? "", name), object, revision: revision)
        } else if let removed = line["remove"], let name = removed["name"]?.string {
            self = .remove(ObjectKey(type, removed["namespace"]?.string ?? "", name), revision: revision)
        } else {
            throw LogFrame.Damage("the change of revision \(revision) names no object")
        }
    }

    // MARK: Types

    private static let known = Dictionary(ResourceType.builtIn.map { ($0.qualifiedPlural, $0) }, uniquingKeysWith: { first, _ in first })

    private static func value(of type: ResourceType) -> Value {
        if known[type.qualifiedPlural] != nil { return .string(type.qualifiedPlural) }
        return [
            "group": .string(type.group), "version": .string(type.version), "plural": .string(type.plural), "kind": .string(type.kind),
            "namespaced": .bool(type.namespaced), "hasStatus": .bool(type.hasStatus), "hasGeneration": .bool(type.hasGeneration),
            "hasScale": .bool(type.hasScale), "shortNames": .array(type.shortNames.map(Value.string)),
            "categories": .array(type.categories.map(Value.string)),
        ]
    }

    private static func type(_ value: Value?) -> ResourceType? {
        if let name = value?.string { return known[name] }
        guard let value, let plural = value["plural"]?.string, let kind = value["kind"]?.string, let version = value["version"]?.string
        else { return nil }
        return ResourceType(
            group: value["group"]?.string ?? "", version: version, plural: plural, kind: kind,
            namespaced: value["namespaced"]?.bool ?? true, shortNames: (value["shortNames"]?.array ?? []).compactMap(\.string),
            categories: (value["categories"]?.array ?? []).compactMap(\.string), hasStatus: value["hasStatus"]?.bool ?? false,
            hasGeneration: value["hasGeneration"]?.bool ?? false, hasScale: value["hasScale"]?.bool ?? false)
    }
}
