import Manifests

/// The objects of a build in order, with an index by name, so that finding what a patch or a reference means takes no scan.
///
/// The index holds every name an object has or had and is never wrong by leaving one out; a hit is checked before use.
struct ResourceSet: Sendable {
    private(set) var resources: [Resource] = []
    private var index: [String: [Int]]?
    /// Spares a look at every object after every patch.
    private var hasDeleted = false

    init() {}

    var count: Int { resources.count }
    var indices: Range<Int> { resources.indices }

    /// Borrowed, not copied: most looks at an object want one of its fields.
    subscript(_ position: Int) -> Resource {
        _read { yield resources[position] }
    }

    /// Changes one object in place. Its names are indexed again when they changed.
    mutating func edit<Result, Failure: Error>(
        _ position: Int, _ change: (inout Resource) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let nameBefore = resources[position].name
        let pastBefore = resources[position].past.count
        defer {
            if resources[position].isDeleted { hasDeleted = true }
            if index != nil, resources[position].past.count != pastBefore || resources[position].name != nameBefore { note(position) }
        }
        return try change(&resources[position])
    }

    mutating func append(unchecked resource: Resource) {
        resources.append(resource)
        if index != nil { note(resources.count - 1) }
    }

    mutating func replace(at position: Int, with resource: Resource) {
        resources[position] = resource
        if resource.isDeleted { hasDeleted = true }
        if index != nil { note(position) }
    }

    /// Takes out the objects that a patch deleted.
    mutating func dropDeleted() {
        guard hasDeleted else { return }
        hasDeleted = false
        resources.removeAll { $0.isDeleted }
        index = nil
    }

    mutating func keep(where condition: (Resource) -> Bool) {
        resources.removeAll { !condition($0) }
        index = nil
    }

    /// Takes a new order, given as positions in the present one.
    mutating func reorder(_ order: [Int]) {
        resources = order.map { resources[$0] }
        index = nil
    }

    // MARK: Looking up

    /// Positions of the objects that have or had the name, in order.
    mutating func positions(named name: String) -> [Int] {
        if index == nil { makeIndex() }
        return index?[name] ?? []
    }

    mutating func positions(currentId id: ResourceId) -> [Int] {
        positions(named: id.name).filter { resources[$0].name == id.name && !resources[$0].isDeleted && resources[$0].id == id }
    }

    mutating func positions(anyId id: ResourceId) -> [Int] {
        positions(named: id.name).filter { position in
            let resource = resources[position]
            return !resource.isDeleted && (resource.id == id || resource.previousIds.contains(id))
        }
    }

    mutating func markReferred(_ position: Int) { resources[position].isReferredTo = true }

    /// Takes the value of an object out, to be put back after an edit that looks at other objects.
    mutating func takeValue(at position: Int) -> Value {
        let value = resources[position].value
        resources[position].value = .null
        return value
    }

    mutating func putValue(_ value: Value, at position: Int) {
        resources[position].value = value
        resources[position].readIdentity()
    }

    private mutating func makeIndex() {
        var names: [String: [Int]] = [:]
        names.reserveCapacity(resources.count)
        for (position, resource) in resources.enumerated() { Self.note(resource, position, in: &names) }
        index = names
    }

    private mutating func note(_ position: Int) {
        guard var names = index.take() else { return }
        Self.note(resources[position], position, in: &names)
        index = names
    }

    private static func note(_ resource: Resource, _ position: Int, in names: inout [String: [Int]]) {
        add(position, to: resource.name, in: &names)
        for past in resource.past where past.name != resource.name { add(position, to: past.name, in: &names) }
    }

    private static func add(_ position: Int, to name: String, in names: inout [String: [Int]]) {
        insert(position, into: &names[name, default: []])
    }

    /// Positions stay sorted, so that what a name finds comes in the order of the objects.
    private static func insert(_ position: Int, into positions: inout [Int]) {
        if let last = positions.last, last >= position {
            if !positions.contains(position) {
                let place = positions.firstIndex { $0 > position } ?? positions.count
                positions.insert(position, at: place)
            }
        } else {
            positions.append(position)
        }
    }
}
