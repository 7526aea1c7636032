internal import Logging
internal import Manifests
internal import NIOPosix

/// What all Pods of the node share.
struct NodeContext: Sendable {
    let store: ObjectStore
    let configuration: NodeConfiguration
    let network: LoopbackNetwork
    let images: ImageStore
    let runner: ProcessRunner
    let prober: Prober
    let usage: UsageMonitor
    let events: EventRecorder
    let logger: Logger
    let machine: Machine
    /// Makes sure that no new connection goes to this address from now on.
    let drain: @Sendable (String) async -> Void
    /// Nil: this node has no tokens to give to Pods.
    var tokens: PodTokens?
    /// Where Pods find the API.
    var api = APIAddress()

    var now: Timestamp { store.environment.now() }

    func facts(of pod: Value, ip: String) -> PodFacts {
        let namespace = pod.namespace ?? ""
        var facts = PodFacts(
            pod: pod, podIP: ip, nodeName: configuration.nodeName, nodeIP: network.nodeAddress, nodeCPU: machine.cpu,
            nodeMemory: machine.memory, configMap: { [store] in store.get(.configMaps, namespace: namespace, name: $0) },
            secret: { [store] in store.get(.secrets, namespace: namespace, name: $0) },
            services: { [store, api] in store.list(.services, namespace: namespace).items + api.services })
        if let tokens {
            facts.accountToken = { (audience, seconds) throws(APIError) in
                try tokens.token(for: pod, audience: audience, seconds: seconds)
            }
        }
        return facts
    }
}
