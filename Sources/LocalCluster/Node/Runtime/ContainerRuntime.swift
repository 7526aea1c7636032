internal import Manifests

/// One container of a Pod through all of its runs. Belongs to its Pod's worker, which alone touches it.
final class ContainerRuntime {
    let spec: Value
    let name: String
    let isInit: Bool
    var snapshot: ContainerSnapshot
    var process: RunningProcess?
    /// The run that goes on, or the last one.
    var log: ContainerLog?
    var previousLog: ContainerLog?
    /// How often in a row it was started again, for the back-off.
    var restartsInARow = 0
    var execContext: Prober.ExecContext?
    var mounts = MountTable([])
    /// Ended for good before this node was started.
    let isFinished: Bool

    init(_ spec: Value, isInit: Bool, _ recovered: PodRecovery.Container) {
        self.spec = spec
        self.isInit = isInit
        name = spec["name"]?.string ?? ""
        snapshot = recovered.snapshot
        isFinished = recovered.isFinished
    }

    /// As events name it.
    var fieldPath: String { "spec.\(isInit ? "initContainers" : "containers"){\(name)}" }

    var isRunning: Bool { if case .running = snapshot.state { true } else { false } }

    func has(_ probe: ProbePlan.Kind) -> Bool {
        spec["\(probe.rawValue.lowercased())Probe"].map { !$0.isNull } ?? false
    }

    /// Also puts what it ended with, if it had run, where the next run finds it.
    func wait(_ reason: String, _ message: String?) {
        if case .terminated(let end) = snapshot.state { snapshot.lastTermination = end }
        snapshot.state = .waiting(reason: reason, message: message)
        snapshot.isReady = false
        snapshot.isStarted = false
    }
}
