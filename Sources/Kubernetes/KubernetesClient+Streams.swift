internal import HTTPTransport
internal import Manifests

extension KubernetesClient {
    /// Watches a collection from `resourceVersion` on; without one the server first sends what there is, as `added`.
    ///
    /// Ends by itself after about five minutes: then watch again from the last resourceVersion seen (bookmarks give one).
    ///
    /// - Parameter sendsInitialEvents: what there is comes first, consistently, and a bookmark says when that is done (a streaming list).
    ///   Servers that do not offer it refuse.
    package func watch(
        _ query: CollectionQuery, resourceVersion: String? = nil, sendsInitialEvents: Bool = false
    ) async throws(KubernetesError) -> WatchEvents {
        let resource = try await discovery.resource(query.kind, version: query.version)
        let subject = query.subject("watch", resource)
        var call = APICall(path: try resource.path(namespace: query.namespace, subject), subject: subject)
        call.query = [("watch", "true"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", String(limits.watchSeconds))]
        call.query += query.selectors
        if sendsInitialEvents { call.query += [("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan")] }
        if let resourceVersion { call.query.append(("resourceVersion", resourceVersion)) }
        let stream: HTTPStream
        do throws(KubernetesError) {
            stream = try await sender.stream(call, stall: limits.watchStall)
        } catch {
            throw await collectionError(error, query)
        }
        return WatchEvents(stream: stream, subject: subject, maximumEventBytes: limits.watchEventBytes)
    }

    /// The log of one container.
    ///
    /// - Parameters:
    ///   - previous: that of the instance before the running one.
    ///   - limitBytes: the first so many bytes; never more than the client's own limit.
    package func logs(
        namespace: String, pod: String, container: String?, previous: Bool = false, tailLines: Int? = nil, limitBytes: Int? = nil
    ) async throws(KubernetesError) -> String {
        let subject = CallSubject("read the log of", ObjectIdentity(group: "", kind: "Pod", namespace: namespace, name: pod))
        let path = try "/api/v1/namespaces/\(PathEncoding.segment(namespace, subject))/pods/\(PathEncoding.segment(pod, subject))/log"
        var call = APICall(path: path, accept: "*/*", subject: subject)
        if let container { call.query.append(("container", container)) }
        if previous { call.query.append(("previous", "true")) }
        if let tailLines { call.query.append(("tailLines", String(tailLines))) }
        let limit = min(limitBytes ?? limits.logBytes, limits.logBytes)
        call.query.append(("limitBytes", String(limit)))
        call.maximumResponseBytes = limit + 4096  // an error's Status is longer than a short limit
        return try await sender.send(call).text
    }
}
