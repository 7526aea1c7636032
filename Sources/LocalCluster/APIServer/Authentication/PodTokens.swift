internal import Manifests
internal import Synchronization

/// The tokens that the node puts into the volumes of Pods: each is kept until most of its time has passed, and then renewed.
final class PodTokens: Sendable {
    private struct Key: Hashable {
        let pod: String
        let audience: String
        let seconds: Int64
    }

    private struct Entry {
        let token: String
        let renewal: Int64
    }

    private let tokens: ServiceAccountTokens
    private let now: @Sendable () -> Timestamp
    private let entries = Mutex<[Key: Entry]>([:])

    init(tokens: ServiceAccountTokens, now: @escaping @Sendable () -> Timestamp) {
        self.tokens = tokens
        self.now = now
    }

    /// - Parameter audience: nil for the API's own.
    func token(for pod: Value, audience: String?, seconds: Int64) throws(APIError) -> String {
        let key = Key(pod: pod.uid ?? "", audience: audience ?? "", seconds: seconds)
        let now = now().seconds
        if let entry = entries.withLock({ $0[key] }), now < entry.renewal { return entry.token }
        let (token, _) = try tokens.issue(
            account: pod["spec"]?["serviceAccountName"]?.string ?? "default", namespace: pod.namespace ?? "",
            audiences: audience.map { [$0] } ?? [], seconds: seconds,
            bound: ServiceAccountTokens.BoundObject(kind: "Pod", name: pod.name ?? "", uid: pod.uid ?? ""))
        entries.withLock { entries in
            // Those of Pods that are gone are not renewed, and go with the next one that is.
            entries = entries.filter { $0.value.renewal > now }
            // The kubelet renews at four fifths of the time, and after a day at the latest.
            entries[key] = Entry(token: token, renewal: now + min(seconds * 4 / 5, 86_400))
        }
        return token
    }
}
