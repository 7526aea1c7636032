internal import Logging
internal import Manifests

/// Gives Pods to this node, keeps one worker for each, and tells the worker what becomes of its Pod.
actor Kubelet {
    let context: NodeContext
    private var workers: [String: PodWorker] = [:]
    private var isStopping = false

    init(context: NodeContext) { self.context = context }

    /// Until the task is cancelled.
    func run() async {
        await context.store.follow(.pods) { change in
            switch change {
            case .stored(let pod): await self.stored(pod)
            case .deleted(let pod): self.deleted(pod)
            case .interrupted: self.dropMissing()
            }
        }
    }

    /// Ends all processes. Nothing is written to the store.
    func stopAll() async {
        isStopping = true
        await withDiscardingTaskGroup { group in
            for worker in workers.values {
                group.addTask { await worker.stop(grace: NodeLimits.shutdownGrace, deletesObject: false) }
            }
        }
        workers = [:]
    }

    func worker(of key: NamespacedName) -> PodWorker? {
        guard let uid = context.store.get(.pods, key)?.uid else { return nil }
        return workers[uid]
    }

    private func stored(_ pod: Value) async {
        guard !isStopping, let key = NamespacedName(pod), let uid = pod.uid else { return }
        let nodeName = pod["spec", "nodeName"]?.string ?? ""
        if nodeName.isEmpty {
            if !pod.isBeingDeleted { await schedule(pod) }
            return
        }
        guard nodeName == context.configuration.nodeName else { return }
        if pod.isBeingDeleted { return await beginStop(pod, uid) }
        if let worker = workers[uid] { return await worker.update(pod) }
        guard pod.podPhase != "Succeeded", pod.podPhase != "Failed" else { return }
        let worker = PodWorker(context: context, pod: pod, key: key, uid: uid)
        workers[uid] = worker
        await worker.start()
    }

    private func beginStop(_ pod: Value, _ uid: String) async {
        let seconds = pod["metadata", "deletionGracePeriodSeconds"]?.integer ?? 30
        guard let worker = workers[uid] else {
            do throws(APIError) {
                try context.store.remove(.pods, pod, gracePeriodSeconds: 0)
            } catch {
                context.logger.warning("cannot remove a Pod", metadata: ["pod": "\(pod.name ?? "")", "error": "\(error)"])
            }
            return
        }
        stop(worker, uid, grace: .seconds(max(0, seconds)), deletesObject: true)
    }

    /// Removed from the store by force: its processes are not left running.
    private func deleted(_ pod: Value) {
        guard let uid = pod.uid, let worker = workers[uid] else { return }
        stop(worker, uid, grace: .seconds(1), deletesObject: false)
    }

    private func stop(_ worker: PodWorker, _ uid: String, grace: Duration, deletesObject: Bool) {
        Task {
            await worker.stop(grace: grace, deletesObject: deletesObject)
            workers[uid] = nil
        }
    }

    private func dropMissing() {
        let present = Set(context.store.list(.pods).items.compactMap(\.uid))
        for (uid, worker) in workers where !present.contains(uid) { stop(worker, uid, grace: .seconds(1), deletesObject: false) }
    }

    // MARK: - Scheduling

    private func schedule(_ pod: Value) async {
        let node = context.store.get(.nodes, name: context.configuration.nodeName)
        if let obstacle = Scheduling.obstacle(pod, node: node) {
            let message =
                "0/1 nodes are available: \(obstacle). preemption: 0/1 nodes are available: "
                + "1 Preemption is not helpful for scheduling."
            guard pod.condition("PodScheduled")?["message"]?.string != message else { return }
            write(condition: "False", reason: "Unschedulable", message: message, pod)
            await context.events.record(.warning, "FailedScheduling", message, about: pod, by: "default-scheduler")
            return
        }
        do throws(APIError) {
            let name = context.configuration.nodeName
            try context.store.update(
                .pods, namespace: pod.namespace ?? "", name: pod.name ?? "", options: WriteOptions(tracking: .manager("kube-scheduler"))
            ) { object in
                guard object.uid == pod.uid, object["spec", "nodeName"]?.string?.isEmpty ?? true else { return }
                object["spec", "nodeName"] = .string(name)
            }
        } catch {
            if error.reason != .notFound { context.logger.warning("cannot place a Pod", metadata: ["error": "\(error)"]) }
            return
        }
        write(condition: "True", reason: nil, message: nil, pod)
        await context.events.record(
            .normal, "Scheduled", "Successfully assigned \(pod.namespace ?? "")/\(pod.name ?? "") to \(context.configuration.nodeName)",
            about: pod, by: "default-scheduler")
    }

    private func write(condition status: String, reason: String?, message: String?, _ pod: Value) {
        let now = context.now
        do throws(APIError) {
            try context.store.updateStatus(.pods, namespace: pod.namespace ?? "", name: pod.name ?? "", manager: "kube-scheduler") {
                object in
                guard object.uid == pod.uid else { return }
                var conditions = ConditionList(object["status", "conditions"]?.array)
                conditions.remove("PodScheduled")
                conditions.values.append(
                    .mapping(
                        ("type", "PodScheduled"), ("observedGeneration", object.generation.map(Value.integer)),
                        ("status", .string(status)), ("lastProbeTime", .null),
                        ("lastTransitionTime", .string(now.rfc3339)), ("reason", reason.map(Value.string)),
                        ("message", message.map(Value.string))))
                object["status", "conditions"] = .array(conditions.values)
                if object["status", "phase"] == nil { object["status", "phase"] = "Pending" }
            }
        } catch {
            if error.reason != .notFound { context.logger.warning("cannot write a Pod's status", metadata: ["error": "\(error)"]) }
        }
    }

    /// Looks again at Pods that could not be placed, when the node has changed.
    func reschedule() async {
        for pod in context.store.list(.pods).items where (pod["spec", "nodeName"]?.string ?? "").isEmpty && !pod.isBeingDeleted {
            await schedule(pod)
        }
    }
}
