internal import Manifests

/// `pods/portforward`.
struct PortForwardHandler: Sendable {
    let handler: ResourceHandler

    /// What kubectl offers since 1.31: SPDY in a tunnel.
    static let protocolName = "SPDY/3.1+portforward.k8s.io"

    func answer() throws(APIError) -> APIResponse {
        guard handler.request.method == .get || handler.request.method == .post else {
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
        let name = handler.path.name ?? ""
        let pod = try handler.existing(name)
        guard pod.podPhase == "Running", let address = pod.podIP else {
            throw APIError(.badRequest, "unable to forward port because pod is not running. Current status=\(pod.podPhase)")
        }
        guard handler.request.webSocketProtocols.contains(Self.protocolName) else {
            throw APIError(
                .badRequest,
                "port-forward is offered through a WebSocket only (\(Self.protocolName)): use kubectl 1.31 or later. Without it a Pod and a "
                    + "Service can be reached from this machine at their own addresses, which `kubectl get pod,service -o wide` shows, and "
                    + "through `kubectl proxy`")
        }
        return APIResponse(
            status: 101,
            body: .upgrade(
                APIResponse.Upgrade(protocolName: Self.protocolName) { connection in
                    await PortForwardSession(connection: connection, address: address, pod: name).run()
                }))
    }
}
