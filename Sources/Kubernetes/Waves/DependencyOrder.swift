internal import Manifests

/// The order in which objects go: what others depend on first, then by wave. Pure.
enum DependencyOrder {
    struct Node: Sendable {
        var id: ObjectIdentity
        var wave: ApplyWave
        var dependencies: Set<ObjectIdentity> = []
    }

    /// Objects that go side by side.
    struct Stage: Sendable, Hashable {
        var ids: [ObjectIdentity]
        var wave: ApplyWave
    }

    /// - Parameter nodes: without a cycle; the members of one come last, together. Dependencies outside of them count as done.
    static func stages(_ nodes: [Node]) -> [Stage] {
        let all = Set(nodes.map(\.id))
        var rest = nodes.sorted { ($0.wave, $0.id) < ($1.wave, $1.id) }
        var done: Set<ObjectIdentity> = []
        var stages: [Stage] = []
        while let next = rest.first(where: { isReady($0, all, done) }) ?? rest.first {
            let isCycle = !isReady(next, all, done)
            let members = rest.filter { isCycle || ($0.wave == next.wave && isReady($0, all, done)) }
            stages.append(Stage(ids: members.map(\.id), wave: next.wave))
            done.formUnion(members.map(\.id))
            rest.removeAll { done.contains($0.id) }
        }
        return stages
    }

    /// The objects of one cycle, in its order, the first one again at the end; `nil` when there is none.
    static func cycle(_ nodes: [Node]) -> [ObjectIdentity]? {
        let edges = Dictionary(nodes.map { ($0.id, $0.dependencies.sorted()) }, uniquingKeysWith: { first, _ in first })
        var finished: Set<ObjectIdentity> = []
        for start in edges.keys.sorted() where !finished.contains(start) {
            // By hand: a chain may be longer than a thread's stack.
            var path: [(id: ObjectIdentity, next: Int)] = [(start, 0)]
            var onPath: Set<ObjectIdentity> = [start]
            while let last = path.last {
                let targets = edges[last.id] ?? []
                guard last.next < targets.count else {
                    finished.insert(last.id)
                    onPath.remove(last.id)
                    path.removeLast()
                    continue
                }
                path[path.endIndex - 1].next += 1
                let target = targets[last.next]
                if onPath.contains(target) {
                    let from = path.firstIndex { $0.id == target } ?? path.startIndex
                    return path[from...].map(\.id) + [target]
                }
                guard !finished.contains(target), edges[target] != nil else { continue }
                path.append((target, 0))
                onPath.insert(target)
            }
        }
        return nil
    }

    private static func isReady(_ node: Node, _ all: Set<ObjectIdentity>, _ done: Set<ObjectIdentity>) -> Bool {
        node.dependencies.allSatisfy { done.contains($0) || !all.contains($0) }
    }
}

extension ObjectPreparation {
    /// Fills in what each object depends on, and refuses names that mean nothing, and circles.
    /// - Parameter isComplete: else a dependency may be on what was left out, and counts as there.
    func withDependencies(_ prepared: [DesiredObject], isComplete: Bool = true) throws(KubernetesError) -> [DesiredObject] {
        guard prepared.contains(where: { $0.object.annotations?[SlipwayLabel.dependsOn] != nil }) else { return prepared }
        let index = DependencyIndex(prepared.map(\.id))
        var result: [DesiredObject] = []
        var problems = ProblemList()
        for object in prepared {
            var object = object
            guard isComplete else {
                object.dependencies = index.knownTargets(of: object.object, object.id)
                result.append(object)
                continue
            }
            do throws(KubernetesError) {
                object.dependencies = try index.targets(of: object.object, object.id)
            } catch {
                problems.add(error)
            }
            result.append(object)
        }
        try problems.throwIfAny("these objects cannot be applied to Environment \(settings.environment)")
        if let cycle = DependencyOrder.cycle(result.map(\.node)) {
            throw KubernetesError(
                .invalid([]),
                "these objects depend on one another in a circle (\(SlipwayLabel.dependsOn)): \(cycle.map(\.description).joined(separator: " -> "))",
                object: cycle.first)
        }
        return result
    }
}

extension DesiredObject {
    var node: DependencyOrder.Node { DependencyOrder.Node(id: id, wave: wave, dependencies: dependencies) }
}
