package import Manifests

/// The Pods that a workload made for its present template, without those that are on their way out.
struct NewPods {
    var replicaSet: Value?
    var pods: [Value]

    static func of(_ workload: Value, replicaSets: [Value], pods: [Value]) -> NewPods {
        let alive = pods.filter { $0["metadata"]?["deletionTimestamp"]?.string == nil }
        guard let uid = workload.uid else { return NewPods(replicaSet: nil, pods: []) }
        switch workload.kind {
        case "Deployment":
            guard let newest = newestReplicaSet(of: workload, among: replicaSets.filter { $0.controllerUID == uid }) else {
                return NewPods(replicaSet: nil, pods: [])
            }
            return NewPods(replicaSet: newest, pods: alive.filter { $0.controllerUID == newest.uid && newest.uid != nil })
        case "StatefulSet":
            let revision = workload["status"]?["updateRevision"]?.string
            return NewPods(pods: alive.filter { $0.controllerUID == uid && $0.labels?["controller-revision-hash"]?.string == revision })
        case "DaemonSet":
            let owned = alive.filter { $0.controllerUID == uid }
            // Deprecated since 1.9 and still written by every controller; without it all Pods count.
            guard let generation = workload.annotations?["deprecated.daemonset.template.generation"]?.string else {
                return NewPods(pods: owned)
            }
            return NewPods(pods: owned.filter { $0.labels?["pod-template-generation"]?.string == generation })
        default:
            return NewPods(pods: alive.filter { $0.controllerUID == uid })
        }
    }

    private init(replicaSet: Value? = nil, pods: [Value]) {
        self.replicaSet = replicaSet
        self.pods = pods
    }

    /// As the deployment controller finds it: the template is equal but for the hash label that it adds. Where an API server has
    /// defaulted the two differently, the revision that the controller wrote on both decides.
    private static func newestReplicaSet(of deployment: Value, among owned: [Value]) -> Value? {
        let template = deployment["spec"]?["template"]
        let equal = owned.filter { withoutHash($0["spec"]?["template"]) == withoutHash(template) }
        if let oldest = equal.min(by: { ($0.creationTime ?? 0, $0.name ?? "") < ($1.creationTime ?? 0, $1.name ?? "") }) { return oldest }
        guard let revision = deployment.annotations?["deployment.kubernetes.io/revision"]?.string else { return nil }
        return owned.first { $0.annotations?["deployment.kubernetes.io/revision"]?.string == revision }
    }

    private static func withoutHash(_ template: Value?) -> Value? { template.map(PodTemplate.content(of:)) }
}

/// The template of a workload's Pods.
package enum PodTemplate {
    /// What two templates are compared by. Of templates nothing else is looked at: whoever keeps an object may keep anything in the place of
    /// this that is equal when it is.
    package static func content(of template: Value) -> Value {
        var content = template
        content.set(["metadata", "labels", "pod-template-hash"], to: nil)
        content.set(["metadata", "creationTimestamp"], to: nil)  // `null` on one side only, depending on who encoded it
        return content
    }
}

/// What core/v1 Events say about one object.
enum Events {
    /// The words of the latest such Event with its count.
    static func words(_ events: [Value], about object: Value, reason: String) -> String? {
        guard let uid = object.uid else { return nil }
        let matching = events.filter { $0["involvedObject"]?["uid"]?.string == uid && $0["reason"]?.string == reason }
        guard let latest = matching.max(by: { time(of: $0) < time(of: $1) }), let words = latest["message"]?.string else { return nil }
        let count = latest["series"]?["count"]?.integer ?? latest["count"]?.integer ?? 1
        return count > 1 ? "\(words) (\(count) times)" : words
    }

    /// Events after which nothing of the kind was seen for so long are over.
    private static let continuingSeconds: Int64 = 60

    /// The words of the latest such Event, and for how long they have been coming by now; `nil` when they have stopped.
    static func continuing(_ events: [Value], about object: Value, reason: String, now: Int64) -> (words: String, seconds: Int64)? {
        guard let uid = object.uid, let words = words(events, about: object, reason: reason) else { return nil }
        let recent = events.filter {
            $0["involvedObject"]?["uid"]?.string == uid && $0["reason"]?.string == reason && now - time(of: $0) <= continuingSeconds
        }
        let starts = recent.compactMap { event in
            (event["firstTimestamp"] ?? event["eventTime"] ?? event["metadata"]?["creationTimestamp"])?.string.flatMap(
                KubernetesTime.seconds)
        }
        return starts.min().map { (words, now - $0) }
    }

    private static func time(of event: Value) -> Int64 {
        let text =
            event["series"]?["lastObservedTime"] ?? event["lastTimestamp"] ?? event["eventTime"] ?? event["metadata"]?["creationTimestamp"]
        return text?.string.flatMap(KubernetesTime.seconds) ?? event.creationTime ?? 0
    }
}
