internal import Manifests

/// One object of a Bundle made ready for the cluster: its namespace is filled in and it carries our labels.
struct DesiredObject: Sendable {
    var id: ObjectIdentity
    var object: Value
    /// `nil` when the cluster does not serve the kind yet, because its CustomResourceDefinition is one of the objects.
    var resource: APIResource?
    var wave: ApplyWave
    /// What has to be healthy before it is applied.
    var dependencies: Set<ObjectIdentity> = []

    var isDefinition: Bool { id.group == "apiextensions.k8s.io" && id.kind == "CustomResourceDefinition" }
}

/// Checks and completes the objects of an Environment, before anything is sent.
struct ObjectPreparation: Sendable {
    let client: KubernetesClient
    let settings: EnvironmentSettings

    /// In the order in which they are to be applied.
    ///
    /// - Throws: one error that names every object that is refused.
    func prepare(_ objects: [Value]) async throws(KubernetesError) -> [DesiredObject] {
        var problems = ProblemList()
        let prepared = try await prepare(objects, problems: &problems)
        try problems.throwIfAny("these objects cannot be applied to Environment \(settings.environment)")
        return try withDependencies(prepared)
    }

    /// The same for a way back: what cannot be sent keeps nothing else from it.
    ///
    /// - Parameter refused: gets those that are left out.
    func prepare(_ objects: [Value], refused: inout ProblemList) async throws(KubernetesError) -> [DesiredObject] {
        let prepared = try await prepare(objects, problems: &refused)
        return try withDependencies(prepared, isComplete: refused.problems.isEmpty)
    }

    private func prepare(_ objects: [Value], problems: inout ProblemList) async throws(KubernetesError) -> [DesiredObject] {
        let scopes = Self.definedScopes(objects)
        var prepared: [DesiredObject] = []
        var seen: Set<ObjectIdentity> = []
        for object in objects {
            do throws(KubernetesError) {
                let desired = try await prepare(object, scopes: scopes)
                guard seen.insert(desired.id).inserted else {
                    throw KubernetesError(.invalid([]), "\(desired.id) is there twice", object: desired.id)
                }
                prepared.append(desired)
            } catch {
                if error.isTransient { throw error }
                problems.add(error)
            }
        }
        return prepared.sorted { ($0.wave, $0.id) < ($1.wave, $1.id) }
    }

    private func prepare(_ object: Value, scopes: [GroupKind: Bool]) async throws(KubernetesError) -> DesiredObject {
        guard var id = object.identity, !id.name.isEmpty, let apiVersion = object.apiVersion else {
            throw KubernetesError(.invalid([]), "an object of kind \(object.kind ?? "unknown") lacks apiVersion, kind or metadata.name")
        }
        var resource: APIResource?
        let isNamespaced: Bool
        do throws(KubernetesError) {
            let found = try await client.resource(id.groupKind, version: apiVersion.split(separator: "/").last.map(String.init))
            resource = found
            isNamespaced = found.isNamespaced
        } catch {
            guard case .unknownKind = error.code, let scope = scopes[id.groupKind] else {
                throw KubernetesError(error.code, "\(id): \(error.message)", object: id, isTransient: error.isTransient)
            }
            isNamespaced = scope
        }
        if isNamespaced {
            if id.namespace.isEmpty { id.namespace = settings.namespace }
            guard settings.allows(namespace: id.namespace) else {
                throw KubernetesError(
                    .refused,
                    "\(id) is in another namespace than Environment \(settings.environment) (\(settings.namespace)), and it is not among the allowed ones",
                    object: id)
            }
        } else {
            id.namespace = ""
            guard settings.allowClusterScoped || (id.kind == "Namespace" && id.name == settings.namespace) else {
                throw KubernetesError(
                    .refused, "\(id) is cluster-scoped, which Environment \(settings.environment) does not allow", object: id)
            }
        }
        if let defect = ObjectAnnotations.defect(of: object, id) { throw defect }
        return DesiredObject(id: id, object: labelled(object, id), resource: resource, wave: ApplyWave(object))
    }

    private func labelled(_ object: Value, _ id: ObjectIdentity) -> Value {
        var object = Self.withEncodedData(object)
        object.set(["metadata", "namespace"], to: id.namespace.isEmpty ? nil : .string(id.namespace))
        for (label, value) in Self.labels(settings) { object.set(["metadata", "labels", label], to: .string(value)) }
        return object
    }

    /// A Secret's `stringData` as `data`. The API server stores it so, but for server-side apply the two are different fields: a key
    /// that a later version drops from `stringData` would stay in `data` for ever.
    static func withEncodedData(_ object: Value) -> Value {
        guard object.kind == "Secret", object.group == "", let plain = object["stringData"]?.object else { return object }
        var object = object
        for (key, value) in plain {
            guard let text = value.string else { return object }  // not valid: the API server says so best itself
            object.set(["data", key], to: .string(Base64.encode(Array(text.utf8))))
        }
        object["stringData"] = nil
        return object
    }

    /// The labels of every object of an Environment. The last one is how `kubectl` and others see the members of an ApplySet
    /// (KEP-3659).
    static func labels(_ settings: EnvironmentSettings) -> [(String, String)] {
        [
            (SlipwayLabel.managedBy, SlipwayLabel.managedByValue), (SlipwayLabel.environment, settings.environment),
            (ApplySet.memberLabel, ApplySet.identifier(environment: settings.environment, namespace: settings.namespace)),
        ]
    }

    /// Kinds that the objects define themselves, and whether they are namespaced.
    private static func definedScopes(_ objects: [Value]) -> [GroupKind: Bool] {
        var scopes: [GroupKind: Bool] = [:]
        for object in objects where object.kind == "CustomResourceDefinition" {
            guard let group = object["spec"]?["group"]?.string, let kind = object["spec"]?["names"]?["kind"]?.string else { continue }
            scopes[GroupKind(group: group, kind: kind)] = object["spec"]?["scope"]?.string == "Namespaced"
        }
        return scopes
    }
}

/// Collects what is wrong with many objects, so that an operator sees all of it at once.
struct ProblemList {
    private(set) var problems: [KubernetesError] = []

    mutating func add(_ error: KubernetesError) { problems.append(error) }
    mutating func keep(_ isMeant: (KubernetesError) -> Bool) { problems.removeAll { !isMeant($0) } }

    /// Of a way back that was tried with every object. All of them are named: who is called wants the whole list at once.
    ///
    /// As long as one of them may still go through, it is worth another try.
    func throwIfAny(ofWayBackOf total: Int, left: [String]) throws(KubernetesError) {
        guard let first = problems.first else { return }
        let limit = EnvironmentLimits.namedRefusals
        var lines = problems.prefix(limit).map { "\n- \($0.message)" }
        if problems.count > limit { lines.append("\n- and \(problems.count - limit) more") }
        if !left.isEmpty { lines.append("\nleft as they are:") }
        lines += left.prefix(limit).map { "\n- \($0)" }
        throw KubernetesError(
            code(first), "\(total - problems.count) of \(total) objects went back, these did not:\(lines.joined())",
            object: first.object, isTransient: problems.contains(where: \.isTransient))
    }

    /// One problem is thrown as it is; of several the first one's code stands for all, and all causes and conflicts are kept.
    func throwIfAny(_ title: String) throws(KubernetesError) {
        guard let first = problems.first else { return }
        if problems.count == 1 { throw first }
        let named = problems.prefix(EnvironmentLimits.namedProblems).map { "\n- \($0.message)" }.joined()
        let rest =
            problems.count > EnvironmentLimits.namedProblems ? "\n- and \(problems.count - EnvironmentLimits.namedProblems) more" : ""
        throw KubernetesError(
            code(first), "\(title):\(named)\(rest)", object: first.object, isTransient: problems.allSatisfy(\.isTransient))
    }

    private func code(_ first: KubernetesError) -> KubernetesError.Code {
        switch first.code {
        case .conflict:
            .conflict(problems.flatMap { if case .conflict(let details) = $0.code { details } else { [ApplyConflict]() } })
        case .invalid:
            .invalid(problems.flatMap { if case .invalid(let causes) = $0.code { causes } else { [FieldCause]() } })
        default: first.code
        }
    }
}
