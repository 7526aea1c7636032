internal import Manifests

extension GroupKind {
    /// Whether its health is that of the Pods that it makes. A CronJob is not among them: its Jobs are.
    var isWorkload: Bool {
        switch (group, kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("batch", "Job"): true
        default: false
        }
    }
}
