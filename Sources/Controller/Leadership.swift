internal import Delivery
internal import Foundation
package import Kubernetes
internal import Logging
internal import Manifests
internal import Synchronization

/// Who leads in each cluster of the configuration, and the loops that find out: one lease a cluster, so that a cluster that does not
/// answer costs the leadership there and nowhere else.
package final class Leadership: Sendable {
    /// The lease of one cluster.
    package struct Lease: Sendable, Hashable {
        package var namespace: String
        package var name: String = "slipway"
        package var duration: Duration = .seconds(15)

        package init(namespace: String) { self.namespace = namespace }
    }

    private let leases: [String: Lease]
    private let fences: [String: WriteFence]
    private let states: Mutex<[String: LeadershipState]>
    private let clock: ControllerClock
    private let logger: Logger
    /// This process, as leases name it: host and a random part, since one host may run several, one after the other.
    package let identity: String
    private let onChange = Mutex<@Sendable (_ cluster: String) async -> Void>({ _ in })

    init(_ clusters: [String: ControllerConfiguration.Cluster], clock: ControllerClock, logger: Logger) {
        leases = clusters.compactMapValues { $0.effectiveLease() }
        fences = leases.mapValues { WriteFence(timing: LeaseTiming(duration: $0.duration)) }
        states = Mutex(leases.mapValues { _ in .looking })
        self.clock = clock
        self.logger = logger
        let unique = (0..<8).map { _ in String(Int(clock.random() * 16), radix: 16) }.joined()
        identity = "\(ProcessInfo.processInfo.hostName)_\(ProcessInfo.processInfo.processIdentifier)_\(unique)"
    }

    /// What every client of that cluster must have, but the elector's own.
    func fence(_ cluster: String) -> WriteFence? { fences[cluster] }

    package func state(of cluster: String) -> LeadershipState { states.withLock { $0[cluster] } ?? .unguarded }

    /// Why nothing may be decided for an Environment of this cluster now; `nil` while we lead, and also when nobody can be asked: then
    /// the fence holds back each write, and the lane sees and tells the outage as it does any other.
    func obstacle(_ cluster: String) -> String? {
        switch state(of: cluster) {
        case .unguarded, .leading, .unknown: nil
        case .looking: "looks who leads in cluster \(cluster)"
        case .standby(let holder): "on standby: \(holder) leads in cluster \(cluster)"
        }
    }

    /// The other controller that leads there, if one is known to.
    package func leader(_ cluster: String) -> String? {
        if case .standby(let holder) = state(of: cluster) { holder } else { nil }
    }

    /// Until the task is cancelled; the leases that we hold are given back then.
    func run(clusters: Clusters, onChange: @escaping @Sendable (_ cluster: String) async -> Void) async {
        self.onChange.withLock { $0 = onChange }
        await withDiscardingTaskGroup { group in
            for (cluster, lease) in leases { group.addTask { await self.elect(cluster, lease, clusters) } }
        }
    }

    private func elect(_ cluster: String, _ lease: Lease, _ clusters: Clusters) async {
        guard let fence = fences[cluster] else { return }
        while !Task.isCancelled {
            do throws(ControllerError) {
                let clock = clock
                let elector = LeaderElector(
                    client: try clusters.unfencedClient(cluster), namespace: lease.namespace, name: lease.name, identity: identity,
                    timing: LeaseTiming(duration: lease.duration), fence: fence, wallMilliseconds: { clock.now().milliseconds },
                    onChange: { [weak self] state in await self?.changed(cluster, state) })
                return await elector.run()
            } catch {
                // A kubeconfig that is not there yet.
                await changed(cluster, .unknown(error.message))
                do { try await Task.sleep(for: Limits.retryMost) } catch { return }
            }
        }
    }

    private func changed(_ cluster: String, _ state: LeadershipState) async {
        let old = states.withLock { states in
            defer { states[cluster] = state }
            return states[cluster] ?? .unguarded
        }
        guard old != state else { return }
        logger.notice("leadership", metadata: ["cluster": "\(cluster)", "state": "\(Self.words(state))"])
        await onChange.withLock { $0 }(cluster)
    }

    package static func words(_ state: LeadershipState) -> String {
        switch state {
        case .unguarded: "no lease"
        case .looking: "looking"
        case .leading(let term): "leading as \(term.holder), transition \(term.generation) of \(term.lease)"
        case .standby(let holder): "standby: \(holder) leads"
        case .unknown(let reason): "not leading: \(reason)"
        }
    }
}

extension ControllerConfiguration.Cluster {
    /// The lease that is configured; in a Pod without one, a lease in the Pod's own namespace.
    func effectiveLease(
        environment: [String: String] = ProcessInfo.processInfo.environment, podNamespace: () -> String? = InClusterAccess.namespace
    ) -> Leadership.Lease? {
        switch lease {
        case .some(let lease): return lease
        case .none:
            guard !isLeaseDisabled, kubeconfig == nil, InClusterAccess.isAvailable(environment: environment) else { return nil }
            return podNamespace().map { Leadership.Lease(namespace: $0) }
        }
    }
}
