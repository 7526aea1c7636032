internal import HTTPTransport
internal import Manifests

/// The cluster's kinds: fetched once, and again when a kind is asked for that was not there.
actor Discovery {
    private let sender: RequestSender
    private var catalog: (value: APICatalog, fetched: ContinuousClock.Instant)?
    private var refresh: Task<Result<APICatalog, KubernetesError>, Never>?

    init(sender: RequestSender) {
        self.sender = sender
    }

    func current() async throws(KubernetesError) -> APICatalog {
        if let catalog { return catalog.value }
        return try await fetch()
    }

    /// After a CustomResourceDefinition was applied, or when a collection that should be there is not.
    func invalidate() { catalog = nil }

    func resource(_ kind: GroupKind, version: String? = nil) async throws(KubernetesError) -> APIResource {
        if let found = try await current().resource(kind, version: version) { return found }
        if let fetched = catalog?.fetched, sender.environment.now() - fetched < sender.limits.discoveryPause {
            throw unknown(kind, version: version)
        }
        if let found = try await fetch().resource(kind, version: version) { return found }
        throw unknown(kind, version: version)
    }

    private func unknown(_ kind: GroupKind, version: String?) -> KubernetesError {
        let catalog = catalog?.value ?? APICatalog()
        let name = Self.name(kind)
        let served = catalog.versions(kind)
        if let version, !served.isEmpty {
            let wanted = kind.group.isEmpty ? version : "\(kind.group)/\(version)"
            return KubernetesError(
                .unknownKind(nearest: served.first),
                "the cluster does not serve \(kind.kind) in version \(wanted), but in \(served.joined(separator: ", "))")
        }
        if catalog.unavailable.contains(where: { $0.hasPrefix("\(kind.group)/") }) {
            return KubernetesError(
                .serverError(status: 503), "the cluster's API group \(kind.group) does not answer, so whether it has \(name) is not known")
        }
        // The right kind of another group is nearer than a similar name.
        let nearest =
            catalog.kinds.first { $0.kind == kind.kind }.map(Self.name)
            ?? NearestName.suggestion(for: name, among: catalog.kinds.map(Self.name))
        var message = "the cluster has no kind \(name)"
        if let nearest { message += "; did you mean \(nearest)?" }
        if !catalog.unavailable.isEmpty {
            message += " These API groups do not answer: \(catalog.unavailable.prefix(10).joined(separator: ", "))."
        }
        return KubernetesError(.unknownKind(nearest: nearest), message)
    }

    private static func name(_ kind: GroupKind) -> String { kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)" }

    /// Callers that come while a fetch runs wait for that one.
    private func fetch() async throws(KubernetesError) -> APICatalog {
        let task: Task<Result<APICatalog, KubernetesError>, Never>
        if let refresh {
            task = refresh
        } else {
            let sender = sender
            task = Task {
                do throws(KubernetesError) {
                    return .success(try await Self.download(sender))
                } catch {
                    return .failure(error)
                }
            }
            refresh = task
        }
        let result = await task.value
        if refresh == task { refresh = nil }
        let fetched = try result.get()
        catalog = (fetched, sender.environment.now())
        return fetched
    }

    @concurrent
    private static func download(_ sender: RequestSender) async throws(KubernetesError) -> APICatalog {
        var catalog = APICatalog()
        var plain: [String] = []
        for root in ["/api", "/apis"] {
            let answer = try await get(root, accept: DiscoveryReader.aggregatedAccept, sender)
            if DiscoveryReader.isAggregated(answer) {
                DiscoveryReader.readAggregated(answer, into: &catalog)
            } else if root == "/api" {
                plain += DiscoveryReader.groupVersions(legacy: answer)
            } else {
                plain += DiscoveryReader.groupVersions(groups: answer)
            }
        }
        let lists = await BoundedTasks.run(plain, limit: 8) { groupVersion async -> Result<Value, KubernetesError> in
            do throws(KubernetesError) {
                let path = groupVersion.contains("/") ? "/apis/\(groupVersion)" : "/api/\(groupVersion)"
                return .success(try await get(path, accept: "application/json", sender))
            } catch {
                return .failure(error)
            }
        }
        for (groupVersion, list) in zip(plain, lists) {
            switch list {
            case .success(let list): DiscoveryReader.readPlain(list, groupVersion: groupVersion, into: &catalog)
            case .failure(let error):
                // An aggregated API that is down must not take the others with it; the API server's own group must answer.
                if !groupVersion.contains("/") { throw error }
                catalog.unavailable.append(groupVersion)
            }
        }
        return catalog
    }

    private static func get(_ path: String, accept: String, _ sender: RequestSender) async throws(KubernetesError) -> Value {
        let subject = CallSubject("read", "the list of kinds (\(path)) of \(sender.access.server)")
        return try await Answer.value(sender.send(APICall(path: path, accept: accept, subject: subject)), subject)
    }
}
