internal import Manifests

/// `pods/log`.
struct LogHandler: Sendable {
    let handler: ResourceHandler
    let node: (any NodeServices)?

    func answer() async throws(APIError) -> APIResponse {
        let name = handler.path.name ?? ""
        let pod = try handler.existing(name)
        let container = try container(of: pod)
        guard let node else { throw APIError(.serviceUnavailable, "no node runs pod \(name)") }
        let options = try options()
        let stream = try await node.logs(namespace: handler.namespace, pod: name, container: container, options: options)
        return APIResponse(
            contentType: "text/plain",
            body: .stream { chunks in
                try await chunks.write([])
                for await chunk in stream { try await chunks.write(chunk) }
            })
    }

    /// The one asked for, the one that the Pod names as its default, or its only one.
    func container(of pod: Value) throws(APIError) -> String {
        let names = ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
            (pod["spec"]?[list]?.array ?? []).compactMap { $0["name"]?.string }
        }
        let podName = pod.name ?? ""
        if let wanted = handler.request.query["container"], !wanted.isEmpty {
            guard names.contains(wanted) else { throw APIError(.badRequest, "container \(wanted) is not valid for pod \(podName)") }
            return wanted
        }
        let main = (pod["spec"]?["containers"]?.array ?? []).compactMap { $0["name"]?.string }
        if let preferred = pod.annotations?["kubectl.kubernetes.io/default-container"]?.string, names.contains(preferred) {
            return preferred
        }
        guard main.count == 1 else {
            throw APIError(
                .badRequest, "a container name must be specified for pod \(podName), choose one of: [\(names.joined(separator: " "))]")
        }
        return main[0]
    }

    private func options() throws(APIError) -> LogOptions {
        let request = handler.request
        var options = LogOptions()
        options.follow = request.flag("follow")
        options.previous = request.flag("previous")
        options.timestamps = request.flag("timestamps")
        options.tailLines = try number("tailLines")
        options.limitBytes = try number("limitBytes")
        if let seconds = try number("sinceSeconds") {
            options.since = handler.store.environment.now().adding(seconds: -Int64(seconds))
        } else if let text = request.query["sinceTime"], !text.isEmpty {
            guard let time = Timestamp(rfc3339: text) else { throw APIError(.badRequest, "sinceTime: \"\(text)\" is no RFC 3339 time") }
            options.since = time
        }
        return options
    }

    private func number(_ name: String) throws(APIError) -> Int? {
        guard let text = handler.request.query[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0, number <= Int(Int32.max) else {
            throw APIError(.badRequest, "\(name): \"\(text)\" must be a number that is not negative")
        }
        return number
    }
}
