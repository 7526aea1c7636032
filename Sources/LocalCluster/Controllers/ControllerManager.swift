package import Logging

/// All control loops of the cluster.
package struct ControllerManager: Sendable {
    package let store: ObjectStore
    package let logger: Logger

    /// Who measures Pods.
    private let node: (any NodeServices)?

    package init(store: ObjectStore, node: (any NodeServices)? = nil, logger: Logger) {
        self.store = store
        self.node = node
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    package func run() async {
        let events = EventRecorder(store: store, logger: logger, now: store.environment.now)
        let reconcilers: [any Reconciler] = [
            DeploymentController(store: store, events: events), ReplicaSetController(store: store, events: events),
            EndpointsController(store: store), AutoscalerController(store: store, events: events, node: node),
            DisruptionController(store: store),
            JobController(store: store, events: events), StatefulSetController(store: store, events: events),
            DaemonSetController(store: store, events: events), CronJobController(store: store, events: events),
            QuotaController(store: store), NamespaceController(store: store), RoleAggregationController(store: store),
            VolumeClaimController(store: store, events: events),
            DefinitionController(store: store), ServiceAccountController(store: store),
        ]
        await withDiscardingTaskGroup { group in
            group.addTask { await EventExpiry(store: store, logger: logger).run() }
            for reconciler in reconcilers {
                group.addTask { await ReconcilerLoop(reconciler: reconciler, store: store, logger: logger).run() }
            }
        }
    }
}
