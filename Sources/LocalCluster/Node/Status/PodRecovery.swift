package import Manifests

/// What becomes of a Pod's containers after the node was started anew; pure. The processes are gone, as the containers are after a machine's
/// reboot, and the same Pod runs on: what ran is counted as ended with exit code 255 and reason `Unknown`, as the kubelet writes it, and is
/// started again if the restart policy says so, with `restartCount` one higher.
package enum PodRecovery {
    package struct Container: Sendable, Hashable {
        package var snapshot: ContainerSnapshot
        /// Has ended for good.
        package var isFinished: Bool
    }

    package struct Plan: Sendable, Hashable {
        package var initContainers: [Container]
        package var containers: [Container]
        /// Something ran before.
        package var hasRun: Bool
    }

    package static func plan(_ pod: Value, now: Timestamp) -> Plan {
        let policy = pod["spec", "restartPolicy"]?.string ?? "Always"
        let containers = pod.containers.map {
            container($0, pod["status", "containerStatuses"], policy: policy, isInit: false, now)
        }
        let isOver = !containers.isEmpty && containers.allSatisfy(\.isFinished)
        let initContainers = pod.initContainers.map { spec -> Container in
            var container = container(spec, pod["status", "initContainerStatuses"], policy: policy, isInit: true, now)
            // A new start of the Pod runs them again, unless there is nothing left to prepare.
            if !isOver, policy != "Never", container.isFinished { restart(&container, now) }
            return container
        }
        let hasRun = (initContainers + containers).contains { $0.snapshot.lastTermination != nil || $0.isFinished }
        return Plan(initContainers: initContainers, containers: containers, hasRun: hasRun)
    }

    /// An ephemeral container runs once: one that ran has ended for good.
    package static func ephemeralContainer(_ spec: Value, of pod: Value, now: Timestamp) -> Container {
        container(spec, pod["status", "ephemeralContainerStatuses"], policy: "Never", isInit: false, now)
    }

    private static func container(_ spec: Value, _ statuses: Value?, policy: String, isInit: Bool, _ now: Timestamp) -> Container {
        let name = spec["name"]?.string ?? ""
        let waiting = ContainerSnapshot.State.waiting(reason: isInit ? "PodInitializing" : "ContainerCreating", message: nil)
        var container = Container(
            snapshot: ContainerSnapshot(name: name, image: spec["image"]?.string ?? "", state: waiting), isFinished: false)
        guard let status = statuses?.array?.first(where: { $0["name"]?.string == name }) else { return container }
        container.snapshot.restartCount = status["restartCount"]?.integer ?? 0
        container.snapshot.imageID = status["imageID"]?.string ?? ""
        let before = ContainerSnapshot.Termination(status["lastState"]?["terminated"])
        if let end = ended(status, now) {
            container.snapshot.lastTermination = end
            let again = isInit ? end.exitCode != 0 && policy != "Never" : policy == "Always" || (policy == "OnFailure" && end.exitCode != 0)
            if again {
                restart(&container, now)
            } else {
                container.isFinished = true
                container.snapshot.lastTermination = before
                container.snapshot.state = .terminated(end)
                container.snapshot.containerID = end.containerID
                container.snapshot.isReady = isInit && end.exitCode == 0
            }
        } else if let before {
            // It was waiting for its next run.
            container.snapshot.lastTermination = before
            container.snapshot.restartCount += 1
        }
        return container
    }

    private static func restart(_ container: inout Container, _ now: Timestamp) {
        if case .terminated(let end) = container.snapshot.state { container.snapshot.lastTermination = end }
        container.isFinished = false
        container.snapshot.restartCount += 1
        container.snapshot.isReady = false
        container.snapshot.containerID = ""
        container.snapshot.state = .waiting(reason: "ContainerCreating", message: nil)
    }

    private static func ended(_ status: Value, _ now: Timestamp) -> ContainerSnapshot.Termination? {
        if let running = status["state"]?["running"] {
            return ContainerSnapshot.Termination(
                exitCode: 255, reason: "Unknown", message: nil,
                startedAt: running["startedAt"]?.string.flatMap(Timestamp.init(rfc3339:)), finishedAt: now,
                containerID: status["containerID"]?.string ?? "")
        }
        return ContainerSnapshot.Termination(status["state"]?["terminated"])
    }
}

extension ContainerSnapshot.Termination {
    /// As it stands in a container's status.
    init?(_ value: Value?) {
        guard let value, let exitCode = value["exitCode"]?.integer else { return nil }
        self.init(
            exitCode: exitCode, reason: value["reason"]?.string ?? "", message: value["message"]?.string,
            startedAt: value["startedAt"]?.string.flatMap(Timestamp.init(rfc3339:)),
            finishedAt: value["finishedAt"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? Timestamp(seconds: 0),
            containerID: value["containerID"]?.string ?? "")
    }
}
