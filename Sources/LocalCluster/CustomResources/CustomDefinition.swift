internal import Manifests

/// A CustomResourceDefinition, read: what it takes to store and to serve its objects.
struct CustomDefinition: Sendable {
    struct Version: Sendable {
        let name: String
        let isServed: Bool
        let isStorage: Bool
        /// What clients of a deprecated version are told; nil for one that is not.
        let deprecationWarning: String?
        let schema: StructuralSchema
        let shape: FieldShape
        let hasStatus: Bool
        let scale: ScalePaths?
        let columns: [PrinterColumn]
        /// Fields beyond name and namespace that `fieldSelector` may name.
        let selectableFields: [String]
    }

    /// Where `scale` finds its numbers.
    struct ScalePaths: Sendable {
        let specReplicas: [String]
        let statusReplicas: [String]
        let selector: [String]?
    }

    let group: String
    let plural: String
    let singular: String
    let kind: String
    let listKind: String
    let shortNames: [String]
    let categories: [String]
    let isNamespaced: Bool
    /// The preferred first.
    let versions: [Version]
    /// While it is being deleted nothing new may be made.
    let isEnding: Bool

    /// Nil for an object that no definition with a version to store can be read from.
    init?(_ object: Value) {
        let spec = object["spec"]
        let names = spec?["names"]
        guard let group = spec?["group"]?.string, let plural = names?["plural"]?.string, let kind = names?["kind"]?.string else {
            return nil
        }
        self.group = group
        self.plural = plural
        self.kind = kind
        singular = names?["singular"]?.string ?? kind.lowercased()
        listKind = names?["listKind"]?.string ?? "\(kind)List"
        shortNames = names?["shortNames"]?.array?.compactMap(\.string) ?? []
        categories = names?["categories"]?.array?.compactMap(\.string) ?? []
        isNamespaced = spec?["scope"] != "Cluster"
        isEnding = object["metadata"]?["deletionTimestamp"]?.string != nil
        versions = (spec?["versions"]?.array ?? []).compactMap { Version($0, group: group, kind: kind) }
            .sorted { VersionPriority($0.name) > VersionPriority($1.name) }
        guard versions.contains(where: \.isStorage) else { return nil }
    }

    func version(_ name: String) -> Version? { versions.first { $0.name == name } }
    var storageVersion: Version? { versions.first(where: \.isStorage) }
}

extension CustomDefinition.Version {
    fileprivate init?(_ value: Value, group: String, kind: String) {
        guard let name = value["name"]?.string else { return nil }
        self.name = name
        isServed = value["served"]?.bool ?? false
        isStorage = value["storage"]?.bool ?? false
        deprecationWarning =
            value["deprecated"]?.bool == true
            ? value["deprecationWarning"]?.string ?? "\(group)/\(name) \(kind) is deprecated" : nil
        schema = StructuralSchema(value["schema"]?["openAPIV3Schema"] ?? ["type": "object"])
        shape = Self.shape(of: schema)
        hasStatus = value["subresources"]?["status"] != nil
        scale = (value["subresources"]?["scale"]).map(CustomDefinition.ScalePaths.init)
        let written = value["additionalPrinterColumns"]?.array ?? []
        columns = written.isEmpty ? PrinterColumn.age : written.compactMap(PrinterColumn.init)
        selectableFields = (value["selectableFields"]?.array ?? []).compactMap { $0["jsonPath"]?.string.map { String($0.dropFirst()) } }
    }

    /// The whole object's: its metadata is owned as every object's is.
    private static func shape(of schema: StructuralSchema) -> FieldShape {
        let metadata = Schema.types["ObjectMeta"].map(FieldShape.structure) ?? .deduced
        var members: [String: FieldShape] = [:]
        if case .members(let named, _) = schema.shape { members = named }
        members["metadata"] = metadata
        return .members(members, others: .deduced)
    }
}

extension CustomDefinition.ScalePaths {
    fileprivate init(_ value: Value) {
        func path(_ field: String) -> [String]? {
            value[field]?.string.map { $0.split(separator: ".").map(String.init) }
        }
        specReplicas = path("specReplicasPath") ?? ["spec", "replicas"]
        statusReplicas = path("statusReplicasPath") ?? ["status", "replicas"]
        selector = path("labelSelectorPath")
    }
}

/// How versions are ranked: stable ones before betas before alphas, higher numbers first, anything else last and by name.
struct VersionPriority: Comparable {
    private let stage: Int
    private let major: Int
    private let minor: Int
    private let name: String

    init(_ name: String) {
        self.name = name
        var rest = name[...]
        func number() -> Int? {
            let digits = rest.prefix(while: \.isNumber)
            rest = rest.dropFirst(digits.count)
            return Int(digits)
        }
        guard rest.popFirst() == "v", let major = number() else {
            (stage, self.major, minor) = (0, 0, 0)
            return
        }
        if rest.isEmpty {
            (stage, self.major, minor) = (3, major, 0)
            return
        }
        for (word, stage) in [("beta", 2), ("alpha", 1)] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
            guard let minor = number(), rest.isEmpty else { break }
            (self.stage, self.major, self.minor) = (stage, major, minor)
            return
        }
        (stage, self.major, minor) = (0, 0, 0)
    }

    static func < (left: VersionPriority, right: VersionPriority) -> Bool {
        if (left.stage, left.major, left.minor) != (right.stage, right.major, right.minor) {
            return (left.stage, left.major, left.minor) < (right.stage, right.major, right.minor)
        }
        return left.name > right.name
    }
}
