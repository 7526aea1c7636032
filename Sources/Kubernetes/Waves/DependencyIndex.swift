internal import Manifests

/// Finds the objects that dependencies name.
struct DependencyIndex: Sendable {
    private struct Key: Hashable {
        var kind: String
        var name: String
    }

    private var places: [Key: [ObjectIdentity]] = [:]
    private let all: [ObjectIdentity]

    init(_ ids: [ObjectIdentity]) {
        all = ids
        for id in ids { places[Key(kind: id.kind, name: id.name), default: []].append(id) }
    }

    /// Those that an object has to wait for.
    ///
    /// - Throws: for a name that means none of the objects, or several, or the object itself.
    func targets(of object: Value, _ id: ObjectIdentity) throws(KubernetesError) -> Set<ObjectIdentity> {
        var targets: Set<ObjectIdentity> = []
        for reference in try DependencyReference.list(of: object, id) {
            let found = matches(reference, from: id)
            guard let first = found.first else { throw unknown(reference, id) }
            guard found.count == 1 else {
                let names = found.sorted().map(\.description).joined(separator: " and ")
                throw problem(id, reference, "means \(names); write it with its group and namespace")
            }
            guard first != id else { throw problem(id, reference, "is the object itself") }
            targets.insert(first)
        }
        return targets
    }

    /// The same for objects that are to go: what is not among them needs no order.
    func knownTargets(of object: Value, _ id: ObjectIdentity) -> Set<ObjectIdentity> {
        do throws(KubernetesError) {
            return Set(try DependencyReference.list(of: object, id).flatMap { matches($0, from: id) }).subtracting([id])
        } catch {
            return []  // what cannot be read was never obeyed either
        }
    }

    private func matches(_ reference: DependencyReference, from id: ObjectIdentity) -> [ObjectIdentity] {
        (places[Key(kind: reference.kind, name: reference.name)] ?? []).filter { reference.matches($0, from: id.namespace) }
    }

    private func unknown(_ reference: DependencyReference, _ id: ObjectIdentity) -> KubernetesError {
        // In the form that was written.
        let known = all.map { candidate -> String in
            if reference.namespace != nil { return "\(candidate.group)/\(candidate.kind)/\(candidate.namespace)/\(candidate.name)" }
            if reference.group != nil { return "\(candidate.group)/\(candidate.kind)/\(candidate.name)" }
            return "\(candidate.kind)/\(candidate.name)"
        }
        let near = NearestName.suggestion(for: reference.text, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        return problem(id, reference, "is not among the objects of this Bundle\(near)")
    }

    private func problem(_ id: ObjectIdentity, _ reference: DependencyReference, _ words: String) -> KubernetesError {
        KubernetesError(.invalid([]), "\(id): annotation \(SlipwayLabel.dependsOn): \"\(reference.text)\" \(words)", object: id)
    }
}
