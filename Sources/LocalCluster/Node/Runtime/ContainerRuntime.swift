internal import Manifests

/// One container of a Pod through all of its runs. Belongs to its Pod's worker, which alone touches it.
final class ContainerRuntime {
    let spec: Value
    let name: String
    let kind: Kind
    var snapshot: ContainerSnapshot
    var process: RunningProcess?
    /// The run that goes on, or the last one.
    var log: ContainerLog?
    var previousLog: ContainerLog?
    /// How often in a row it was started again, for the back-off.
    var restartsInARow = 0
    var execContext: Prober.ExecContext?
    /// Where clients attach to the run that goes on, or to the last one.
    var console = ContainerConsole()
    /// Commands that clients run beside it, by their process identifier. They end with it.
    var guests: [Int32: RunningProcess] = [:]
    var mounts = MountTable([])
    /// Ended for good before this node was started.
    let isFinished: Bool

    enum Kind: String {
        case main = "containers"
        case initial = "initContainers"
        /// Added while the Pod runs; it runs once.
        case ephemeral = "ephemeralContainers"
    }

    var isInit: Bool { kind == .initial }

    /// - Parameter recovered: what a node before this one left of it; nil for one that is new.
    init(_ spec: Value, _ kind: Kind, _ recovered: PodRecovery.Container? = nil) {
        self.spec = spec
        self.kind = kind
        name = spec["name"]?.string ?? ""
        let reason = kind == .initial ? "PodInitializing" : "ContainerCreating"
        isFinished = recovered?.isFinished ?? false
        snapshot =
            recovered?.snapshot
            ?? ContainerSnapshot(
                name: name, image: spec["image"]?.string ?? "", state: .waiting(reason: reason, message: nil))
    }

    /// As events name it.
    var fieldPath: String { "spec.\(kind.rawValue){\(name)}" }

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
