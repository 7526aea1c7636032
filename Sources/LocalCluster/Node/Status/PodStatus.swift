package import Manifests

/// The status of a Pod as the kubelet writes it, from what is known about its containers; pure.
package enum PodStatus {
    package struct Facts: Sendable {
        package var pod: Value
        package var initContainers: [ContainerSnapshot]
        package var containers: [ContainerSnapshot]
        package var ephemeralContainers: [ContainerSnapshot]
        package var podIP: String
        package var hostIP: String
        package var startTime: Timestamp

        package init(
            pod: Value, initContainers: [ContainerSnapshot], containers: [ContainerSnapshot],
            ephemeralContainers: [ContainerSnapshot] = [], podIP: String, hostIP: String, startTime: Timestamp
        ) {
            self.pod = pod
            self.initContainers = initContainers
            self.containers = containers
            self.ephemeralContainers = ephemeralContainers
            self.podIP = podIP
            self.hostIP = hostIP
            self.startTime = startTime
        }
    }

    /// - Parameter former: the status that is stored; a condition that stays as it is keeps its time.
    package static func make(_ facts: Facts, former: Value?, now: Timestamp) -> Value {
        let phase = phase(facts)
        return .mapping(
            ("observedGeneration", facts.pod.generation.map(Value.integer)), ("phase", .string(phase)),
            ("conditions", .array(conditions(facts, phase, former, now))), ("hostIP", .string(facts.hostIP)),
            ("hostIPs", [["ip": .string(facts.hostIP)]]), ("podIP", facts.podIP.isEmpty ? nil : .string(facts.podIP)),
            ("podIPs", facts.podIP.isEmpty ? nil : [["ip": .string(facts.podIP)]]), ("startTime", .string(facts.startTime.rfc3339)),
            ("initContainerStatuses", facts.initContainers.isEmpty ? nil : .array(facts.initContainers.map(\.value))),
            ("containerStatuses", .array(facts.containers.map(\.value))),
            (
                "ephemeralContainerStatuses",
                facts.ephemeralContainers.isEmpty ? nil : .array(facts.ephemeralContainers.map(\.value))
            ), ("qosClass", .string(qualityOfService(facts.pod))))
    }

    /// The rules of the kubelet's `getPhase`.
    package static func phase(_ facts: Facts) -> String {
        let policy = facts.pod["spec", "restartPolicy"]?.string ?? "Always"
        for container in facts.initContainers {
            switch container.state {
            case .terminated(let end) where end.exitCode == 0: continue
            case .terminated where policy == "Never": return "Failed"
            default: return "Pending"
            }
        }
        var (running, stopped, succeeded) = (0, 0, 0)
        for container in facts.containers {
            switch container.state {
            case .running: running += 1
            case .terminated(let end):
                stopped += 1
                if end.exitCode == 0 { succeeded += 1 }
            case .waiting:
                // Between two runs it counts as stopped; before the first the Pod is pending.
                guard container.lastTermination != nil else { return "Pending" }
                stopped += 1
            }
        }
        if running > 0 || policy == "Always" { return "Running" }
        if stopped == succeeded { return "Succeeded" }
        return policy == "Never" ? "Failed" : "Running"
    }

    private static func conditions(_ facts: Facts, _ phase: String, _ former: Value?, _ now: Timestamp) -> [Value] {
        var list = ConditionList([])
        let before = ConditionList(former?["conditions"]?.array)
        // A condition that somebody else wrote (a readiness gate) stays.
        let own: Set<String> = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]

        func add(_ type: String, _ isTrue: Bool, _ reason: String?, _ message: String?) {
            let status = isTrue ? "True" : "False"
            let same = before[type]?["status"]?.string == status
            list.values.append(
                .mapping(
                    ("type", .string(type)), ("observedGeneration", facts.pod.generation.map(Value.integer)),
                    ("status", .string(status)), ("lastProbeTime", .null),
                    ("lastTransitionTime", same ? before[type]?["lastTransitionTime"] : .string(now.rfc3339)),
                    ("reason", isTrue ? nil : reason.map(Value.string)), ("message", isTrue ? nil : message.map(Value.string))))
        }

        add("PodReadyToStartContainers", !facts.podIP.isEmpty, nil, nil)
        let uninitialised = facts.initContainers.filter { container in
            if case .terminated(let end) = container.state { return end.exitCode != 0 }
            return true
        }.map(\.name)
        if phase == "Succeeded" {
            add("Initialized", true, nil, nil)
        } else {
            add(
                "Initialized", uninitialised.isEmpty, "ContainersNotInitialized",
                "containers with incomplete status: [\(uninitialised.joined(separator: " "))]")
        }
        let unready = facts.containers.filter { !$0.isReady }.map(\.name)
        let isFinished = phase == "Succeeded" || phase == "Failed"
        let reason = phase == "Succeeded" ? "PodCompleted" : phase == "Failed" ? "PodFailed" : "ContainersNotReady"
        let message = isFinished ? nil : "containers with unready status: [\(unready.joined(separator: " "))]"
        let containersReady = unready.isEmpty && !isFinished && uninitialised.isEmpty
        let openGates = (facts.pod["spec", "readinessGates"]?.array ?? []).compactMap { $0["conditionType"]?.string }
            .filter { before[$0]?["status"]?.string != "True" }
        if containersReady, let gate = openGates.first {
            add("Ready", false, "ReadinessGatesNotReady", "corresponding condition of pod readiness gate \"\(gate)\" does not exist.")
        } else {
            add("Ready", containersReady, reason, message)
        }
        add("ContainersReady", containersReady, reason, message)
        add("PodScheduled", true, nil, nil)
        return list.values + before.values.filter { !own.contains($0["type"]?.string ?? "") }
    }

    /// Guaranteed: every container limits both resources and requests just that; BestEffort: none asks for anything.
    package static func qualityOfService(_ pod: Value) -> String {
        var isGuaranteed = true
        var isBestEffort = true
        for container in pod.containers + pod.initContainers {
            for resource in ["cpu", "memory"] {
                let limit = PodFacts.quantity(container["resources", "limits", resource])
                let request = PodFacts.quantity(container["resources", "requests", resource]) ?? limit
                if limit != nil || request != nil { isBestEffort = false }
                if limit == nil || request != limit { isGuaranteed = false }
            }
        }
        return isBestEffort ? "BestEffort" : isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
