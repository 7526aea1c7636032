internal import Manifests

/// `pods/exec` and `pods/attach`: what is asked for, and whether it can be had.
struct RemoteCommandHandler: Sendable {
    let handler: ResourceHandler
    let node: (any NodeServices)?

    private var request: APIRequest { handler.request }

    func answer(_ subresource: String) async throws(APIError) -> APIResponse {
        guard request.method == .get || request.method == .post else {
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
        let pod = try handler.existing(handler.path.name ?? "")
        let command = try command(subresource, of: pod)
        if pod.podPhase == "Succeeded" || pod.podPhase == "Failed" {
            throw APIError(.badRequest, "cannot \(subresource) into a container in a completed pod; current phase is \(pod.podPhase)")
        }
        guard let nodeName = pod["spec", "nodeName"]?.string, !nodeName.isEmpty else {
            throw APIError(.badRequest, "pod \(pod.name ?? "") does not have a host assigned")
        }
        guard let node else { throw APIError(.serviceUnavailable, "no node runs pod \(pod.name ?? "")") }
        guard let agreed = RemoteCommandProtocol.chosen(from: request.webSocketProtocols) else {
            throw APIError(
                .badRequest,
                "\(subresource) is offered over WebSocket only (\(RemoteCommandProtocol.names)), not over SPDY: use kubectl 1.31 or later, "
                    + "1.29 or later with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true, and no proxy in between")
        }
        let (namespace, name) = (handler.namespace, handler.path.name ?? "")
        return APIResponse(
            status: 101,
            body: .upgrade(
                APIResponse.Upgrade(protocolName: agreed.rawValue) { connection in
                    let session = RemoteCommandSession(connection: connection, version: agreed, command: command)
                    await session.run { () async throws(APIError) in
                        try await node.start(command, namespace: namespace, pod: name)
                    }
                }))
    }

    private func command(_ subresource: String, of pod: Value) throws(APIError) -> RemoteCommand {
        let container = try LogHandler(handler: handler, node: node).container(of: pod)
        let words = PercentText.values(of: "command", in: request.rawQuery)
        if subresource == "exec", words.isEmpty { throw APIError(.badRequest, "you must specify at least one command for the container") }
        let command = RemoteCommand(
            action: subresource == "exec" ? .exec(words) : .attach, container: container, stdin: request.flag("stdin"),
            stdout: request.flag("stdout"), stderr: request.flag("stderr"), tty: request.flag("tty"))
        guard command.stdin || command.stdout || command.stderr else {
            throw APIError(.badRequest, "you must specify at least 1 of stdin, stdout, stderr")
        }
        if command.tty, command.stderr { throw APIError(.badRequest, "tty and stderr cannot both be true") }
        return command
    }
}

extension PercentText {
    /// Every value of a name that a query may give several times.
    static func values(of name: String, in query: some StringProtocol) -> [String] {
        query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard decode(parts[0], plusIsSpace: true) == name else { return nil }
            return parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
        }
    }
}
