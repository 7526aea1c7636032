internal import HTTPTransport
package import Manifests
internal import Synchronization

/// A client of one cluster's API. Everything is a `Value`; kinds come from discovery.
///
/// Calls that are safe to repeat are tried again after transient failures, within one deadline for the whole call. Cancelling the
/// task ends the call. With a fence, calls that change something are sent only while it is open.
package final class KubernetesClient: Sendable {
    let sender: RequestSender
    let discovery: Discovery
    package let limits: KubernetesLimits
    /// Secret values seen while planning and applying to this cluster, so that a log line that repeats one can be masked.
    let knownSecrets = KnownSecrets()
    let accessReviews = AccessReviews()
    let logExcerpts = LogExcerptMemory()
    /// Whether the server sends a whole collection as events; until it has refused, it is taken to.
    private let mayStreamLists = Atomic(true)

    package init(
        access: ClusterAccess, environment: ClientEnvironment, limits: KubernetesLimits = KubernetesLimits(), reader: FileReader = .live(),
        fence: WriteFence? = nil
    ) {
        self.limits = limits
        sender = RequestSender(access: access, environment: environment, limits: limits, reader: reader, fence: fence)
        discovery = Discovery(sender: sender)
    }

    /// With a connection pool of its own.
    package convenience init(
        access: ClusterAccess, limits: KubernetesLimits = KubernetesLimits(), fence: WriteFence? = nil,
        onRequest: @escaping @Sendable (_ method: String) -> Void = { _ in }
    ) {
        var transport = HTTPLimits.standard
        transport.transfers = limits.transfers
        let http = HTTPClient(tls: access.tls, limits: transport, proxy: access.proxy)
        self.init(access: access, environment: .live(http, onRequest: onRequest), limits: limits, fence: fence)
    }

    /// Where it talks to, for messages.
    package var server: String { sender.access.server }
    package var origin: String { sender.access.origin }
    /// What its operator should know about this access, each a sentence.
    package var warnings: [String] { sender.access.warnings }
    package var defaultNamespace: String? { sender.access.namespace }

    /// The kinds that the cluster serves, from the cache.
    package func catalog() async throws(KubernetesError) -> APICatalog { try await discovery.current() }

    /// The resource that serves a kind; asks the cluster again when it is not known.
    package func resource(_ kind: GroupKind, version: String? = nil) async throws(KubernetesError) -> APIResource {
        try await discovery.resource(kind, version: version)
    }

    /// To be called after a CustomResourceDefinition changed.
    package func forgetKinds() async { await discovery.invalidate() }

    var streamsLists: Bool { mayStreamLists.load(ordering: .relaxed) }
    func doNotStreamLists() { mayStreamLists.store(false, ordering: .relaxed) }

    /// The server's version, such as `v1.31.2`.
    package func serverVersion() async throws(KubernetesError) -> String {
        let subject = CallSubject("read", "the version of \(server)")
        let answer = try await Answer.value(sender.send(APICall(path: "/version", subject: subject)), subject)
        guard let version = answer["gitVersion"]?.string else { throw .unexpected(subject, "has no gitVersion") }
        return version
    }
}

/// Options of a write. `force` takes fields over from other managers.
package struct ApplyOptions: Sendable, Hashable {
    package var fieldManager: String
    package var force: Bool
    package var dryRun: Bool

    package init(fieldManager: String = "slipway", force: Bool = false, dryRun: Bool = false) {
        self.fieldManager = fieldManager
        self.force = force
        self.dryRun = dryRun
    }
}

/// What happens to the objects that a deleted one owns.
package enum DeletePropagation: String, Sendable, Hashable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
}
