package import Logging

/// All control loops of the cluster.
package struct ControllerManager: Sendable {
    package let store: ObjectStore
    package let logger: Logger

    package init(store: ObjectStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    package func run() async {
        let events = EventRecorder(store: store, logger: logger, now: store.environment.now)
        let reconcilers: [any Reconciler] = [
            DeploymentController(store: store, events: events), ReplicaSetController(store: store, events: events),
            EndpointsController(store: store), AutoscalerController(store: store, events: events), DisruptionController(store: store),
            JobController(store: store, events: events), StatefulSetController(store: store, events: events),
            DaemonSetController(store: store, events: events), RoleAggregationController(store: store),
            DefinitionController(store: store), ServiceAccountController(store: store),
        ]
        await withDiscardingTaskGroup { group in
            for reconciler in reconcilers {
                group.addTask { await ReconcilerLoop(reconciler: reconciler, store: store, logger: logger).run() }
            }
        }
    }
}
