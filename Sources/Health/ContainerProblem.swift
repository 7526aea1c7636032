internal import Manifests

/// What is wrong with one container of a Pod, in the words of the kubelet's container statuses.
struct ContainerProblem {
    /// The kubelet's reason, such as `CrashLoopBackOff`, or `OOMKilled`.
    var reason: String
    /// `container app of Pod web-1 crashed 3 times, last with exit code 1 (Error)`.
    var sentence: String
    var logs: LogSource?
    /// The lower, the more it explains; the first one is shown.
    var rank: Int
    /// It was stopped from outside, so that an Event may tell by whom.
    var wasStopped = false

    /// The problem that explains most; `nil` when the containers are fine or may still become so.
    static func worst(in pod: Value, policy: FailFastPolicy, now: Int64) -> ContainerProblem? {
        let fields = ["initContainerStatuses", "containerStatuses"]
        let statuses = fields.flatMap { pod["status"]?[$0]?.array ?? [] }
        return statuses.compactMap { problem($0, pod: pod, policy: policy, now: now) }.min { $0.rank < $1.rank }
    }

    private static func problem(_ status: Value, pod: Value, policy: FailFastPolicy, now: Int64) -> ContainerProblem? {
        let name = status["name"]?.string ?? "(without a name)"
        let subject = "container \(name) of Pod \(pod.name ?? "(without a name)")"
        let ready = status["ready"]?.bool == true
        let crash = Crash(status)
        func logs(previous: Bool) -> LogSource {
            LogSource(namespace: pod.namespace ?? "", pod: pod.name ?? "", container: name, previous: previous)
        }
        if let crash, crash.reason == "OOMKilled", !ready || crash.isRecent(now: now, memorySeconds: policy.memorySeconds) {
            return ContainerProblem(
                reason: "OOMKilled",
                sentence: "\(subject) was killed for using more memory than its limit\(crash.times) (exit code \(crash.exitCode)).",
                logs: logs(previous: crash.isPrevious), rank: 0)
        }
        if let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.string {
            let words = waiting["message"]?.string ?? ""
            switch reason {
            case "CrashLoopBackOff":
                let told = crash?.sentence ?? "keeps ending"
                let words = crash.map { $0.neverStarted ? ": \($0.message)" : "." } ?? "."
                return ContainerProblem(
                    reason: reason, sentence: "\(subject) \(told)\(words)", logs: logs(previous: true), rank: 1,
                    wasStopped: crash?.wasStopped == true)
            case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "ErrImageNeverPull", "RegistryUnavailable",
                "SignatureValidationFailed":
                guard policy.failOnImagePull, isFinal(reason, words) else { return nil }
                let image = status["image"]?.string ?? "its image"
                return ContainerProblem(
                    reason: reason, sentence: "\(subject) cannot get image \(image): \(ObjectHealth.or(words, reason))", rank: 2)
            case "InvalidImageName":
                return ContainerProblem(
                    reason: reason, sentence: "\(subject) has an image name that is not valid: \(ObjectHealth.or(words, reason))", rank: 2)
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError",
                "PostStartHookError":
                return ContainerProblem(
                    reason: reason, sentence: "\(subject) cannot be started: \(ObjectHealth.or(words, reason))",
                    logs: crash == nil ? nil : logs(previous: true), rank: 3)
            default:
                break
            }
        }
        guard let crash, crash.exitCode != 0 || crash.count > 0 else { return nil }
        if !ready, crash.neverStarted {
            return ContainerProblem(
                reason: crash.reason, sentence: "\(subject) cannot be started: \(ObjectHealth.or(crash.message, crash.reason))",
                logs: nil, rank: 3)
        }
        if !ready, crash.count >= policy.crashes {
            return ContainerProblem(
                reason: "CrashLoop", sentence: "\(subject) \(crash.sentence).", logs: logs(previous: crash.isPrevious), rank: 4,
                wasStopped: crash.wasStopped)
        }
        if ready, crash.count >= policy.restartsWhileReady, crash.isRecent(now: now, memorySeconds: policy.memorySeconds) {
            return ContainerProblem(
                reason: "RestartsTooOften", sentence: "\(subject) is ready now but \(crash.sentence).", logs: logs(previous: true), rank: 5,
                wasStopped: crash.wasStopped)
        }
        return nil
    }

    /// A first `ErrImagePull` may be a registry that hiccups, unless the registry's answer says that asking again is of no use.
    private static func isFinal(_ reason: String, _ words: String) -> Bool {
        guard reason == "ErrImagePull" || reason == "RegistryUnavailable" else { return true }
        let text = words.lowercased()
        return ["not found", "denied", "unauthorized", "manifest unknown", "does not exist", "no such image"].contains { text.contains($0) }
    }

    /// The ends of a Pod's containers in words, for a Pod whose own status gives no reason.
    static func exits(of pod: Value) -> String {
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap { pod["status"]?[$0]?.array ?? [] }
        let exits = statuses.compactMap { status -> String? in
            guard let ended = status["state"]?["terminated"], let code = ended["exitCode"]?.integer, code != 0 else { return nil }
            return
                "container \(status["name"]?.string ?? "(without a name)") ended with exit code \(code) (\(ended["reason"]?.string ?? "Error"))"
        }
        return exits.isEmpty ? "no reason was reported." : exits.joined(separator: "; ") + "."
    }
}

/// The last end of a container, and how many there were.
private struct Crash {
    var count: Int
    var exitCode: Int64
    var reason: String
    /// The runtime's words, such as why there was nothing to execute.
    var message: String
    var finished: Int64?
    /// A newer instance was started (or is waited for) since.
    var isPrevious: Bool

    init?(_ status: Value) {
        let restarts = Int(clamping: max(0, status["restartCount"]?.integer ?? 0))
        if let ended = status["state"]?["terminated"], ended["exitCode"]?.integer ?? 0 != 0 {
            self.init(ended, count: restarts.addingReportingOverflow(1).partialValue, isPrevious: false)
        } else if let ended = status["lastState"]?["terminated"] {
            // While it runs, every end but none of the running instance is a restart; while it waits for one, one more has ended.
            let waits = status["state"]?["waiting"] != nil
            self.init(ended, count: waits ? restarts.addingReportingOverflow(1).partialValue : restarts, isPrevious: true)
        } else {
            return nil
        }
    }

    private init(_ ended: Value, count: Int, isPrevious: Bool) {
        self.count = count
        exitCode = ended["exitCode"]?.integer ?? 0
        reason = ended["reason"]?.string ?? "Error"
        message = ended["message"]?.string ?? ""
        finished = ended["finishedAt"]?.string.flatMap(KubernetesTime.seconds)
        self.isPrevious = isPrevious
    }

    /// The runtime could not execute what the container is to run, which no second try changes.
    var neverStarted: Bool { reason == "StartError" || reason == "ContainerCannotRun" }

    /// Ended by a signal to end, as a kubelet sends when a probe fails: 128 and SIGKILL or SIGTERM.
    var wasStopped: Bool { exitCode == 137 || exitCode == 143 }

    var times: String { count > 1 ? ", \(count) times" : "" }

    var sentence: String {
        let often = count == 1 ? "ended" : "ended \(count) times, the last time"
        return "\(often) with exit code \(exitCode) (\(reason))"
    }

    func isRecent(now: Int64, memorySeconds: Int64) -> Bool {
        guard let finished else { return false }
        return now - finished <= memorySeconds
    }
}
