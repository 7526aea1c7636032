import Manifests

/// A selector made ready: picks the objects that a patch is for.
struct Selector {
    private let group: Pattern
    private let version: Pattern
    private let kind: Pattern
    private let name: Pattern
    private let namespace: Pattern
    private let labels: LabelSelector
    private let annotations: LabelSelector
    private let selectsByMetadata: Bool

    init(_ rule: SelectorRule, limits: RenderLimits) throws(RenderError) {
        func pattern(_ key: String, _ text: String) throws(RenderError) -> Pattern {
            let path = rule.place.path + [.key(key)]
            if text.utf8.count > limits.patternLength {
                throw rule.place.context.error(
                    .limitExceeded, "the pattern is longer than \(limits.patternLength) characters", at: path)
            }
            do throws(Pattern.SyntaxError) {
                return try Pattern(text)
            } catch {
                throw rule.place.context.error(
                    .invalidSelector, "\(key) \"\(text)\" is not a regular expression: \(error.problem)", at: path)
            }
        }
        func selector(_ key: String, _ text: String) throws(RenderError) -> LabelSelector {
            do throws(LabelSelector.SyntaxError) {
                return try LabelSelector(text)
            } catch {
                throw rule.place.context.error(
                    .invalidSelector, "\(key) \"\(text)\" cannot be read: \(error.problem)", at: rule.place.path + [.key(key)])
            }
        }
        selectsByMetadata = !rule.labelSelector.isEmpty || !rule.annotationSelector.isEmpty
        group = try pattern("group", rule.group)
        version = try pattern("version", rule.version)
        kind = try pattern("kind", rule.kind)
        name = try pattern("name", rule.name)
        namespace = try pattern("namespace", rule.namespace)
        labels = try selector("labelSelector", rule.labelSelector)
        annotations = try selector("annotationSelector", rule.annotationSelector)
    }

    /// How many objects a selection looks at.
    func scans(_ resources: ResourceSet) -> Int {
        if name.literal != nil { return 0 }
        return [group, version, kind, namespace].reduce(resources.count * name.cost) { $0 + resources.count * ($1.cost - 1) }
    }

    /// Positions of the selected objects, in order. A plain name is looked up; only a pattern looks at every object.
    func select(from resources: inout ResourceSet) -> [Int] {
        if let name = name.literal { return resources.positions(named: name).filter { matches(resources[$0]) } }
        return resources.indices.filter { matches(resources[$0]) }
    }

    private func matches(_ resource: Resource) -> Bool {
        if resource.isDeleted { return false }
        let id = resource.id
        let original = resource.originalId
        return matches(resource.type) && (name.matches(original.name) || name.matches(id.name))
            && (namespace.matches(original.namespace) || namespace.matches(id.namespace)) && matchesMetadata(resource.value)
    }

    private func matches(_ type: TypeId) -> Bool {
        kind.matches(type.kind) && group.matches(type.group) && version.matches(type.version)
    }

    /// Positions of the objects of which any present or former id has all the parts, as replacements select.
    func positionsByAnyId(in resources: inout ResourceSet) -> [Int] {
        if let name = name.literal { return resources.positions(named: name).filter { matchesAnyId(of: resources[$0]) } }
        return resources.indices.filter { matchesAnyId(of: resources[$0]) }
    }

    /// As a replacement rejects: by an id, or by labels and annotations, whichever the selector is about.
    func rejects(_ resource: Resource) -> Bool {
        if selectsById && matchesAnyId(of: resource) { return true }
        return selectsByMetadata && matchesMetadata(resource.value)
    }

    private func matchesAnyId(of resource: Resource) -> Bool {
        let namesSelf = matches(resource.type) && name.matches(resource.name) && namespace.matches(resource.namespace)
        return namesSelf
            || resource.previousIds.contains { id in matches(id.type) && name.matches(id.name) && namespace.matches(id.namespace) }
    }

    func matchesMetadata(_ value: Value) -> Bool { labels.matches(value.labels) && annotations.matches(value.annotations) }

    /// Whether any part of an id is asked for.
    private var selectsById: Bool { ![group, version, kind, name, namespace].allSatisfy(\.matchesAnything) }
}
