internal import Manifests

/// Databases, search and object stores, and message brokers.
extension BuiltInRules {
    static let databases: [HealthRule] = [
        HealthRule(
            ["postgresql.cnpg.io"], ["Cluster"],
            suspended: [
                .at(".metadata.annotations['cnpg.io/reconciliationLoop']", "disabled"),
                .all([.at(".metadata.annotations['cnpg.io/hibernation']", "on"), .is("cnpg.io/hibernation")]),
            ],
            failed: [
                .at(
                    ".status.phase",
                    .startsWith([
                        "Unable to create required cluster objects", "Cluster is unrecoverable", "Cluster is in an unrecoverable",
                        "Not enough disk space", "Cluster cannot proceed to reconciliation",
                        "Cluster cannot execute instance online upgrade",
                        "Cluster has incomplete or invalid image catalog", "Invalid cluster definition", "Upgrade failed",
                    ]))
            ],
            inProgress: [.is("Ready", "False", "Unknown")], current: [.at(".status.phase", "Cluster in healthy state")],
            message: ".status.phaseReason", ".status.phase"),
        HealthRule(
            ["postgresql.cnpg.io"], ["Backup"], failed: [.at(".status.phase", ["failed", "walArchivingFailing"])],
            current: [.at(".status.phase", "completed")], message: ".status.error"),
        HealthRule(
            ["postgresql.cnpg.io"], ["Database", "Publication", "Subscription"], failed: [.at(".status.applied", is: false)],
            current: [.at(".status.applied", is: true)], message: ".status.message"),
        .phase(
            ["acid.zalan.do"], ["postgresql"], at: ".status.PostgresClusterStatus",
            failed: ["CreateFailed", "UpdateFailed", "SyncFailed", "Invalid"], current: ["Running"]),
        HealthRule(
            ["pxc.percona.com", "psmdb.percona.com", "ps.percona.com", "pgv2.percona.com"],
            ["PerconaXtraDBCluster", "PerconaServerMongoDB", "PerconaServerMySQL", "PerconaPGCluster"],
            suspended: [.at(".spec.pause", is: true), .at(".status.state", "paused")],
            failed: [.at(".status.state", ["error", "unknown"])],
            current: [.at(".status.state", "ready")], message: ".status.message", ".status.messages[*]"),
        // Planned and failed have one reason, and the message tells them apart.
        HealthRule(
            ["k8s.mariadb.com", "mariadb.mmontes.io"], ["Backup", "Restore", "SqlJob", "PhysicalBackup"],
            suspended: [.at(".spec.schedule.suspend", is: true)],
            failed: [
                .is("Complete", "True", "False", reasons: ["JobFailed", "CronJobFailed", "Failed"]),
                .at(".status.conditions[type=Complete].message", "Failed"),
            ],
            current: [
                .is("Complete", reasons: ["JobComplete"]),
                .is("Complete", "True", "False", reasons: ["CronJobScheduled", "CronJobRunning", "CronJobSuccess", "CronJobSucess"]),
            ]),
        HealthRule(
            ["k8s.mariadb.com", "mariadb.mmontes.io"], ["*"], suspended: [.at(".spec.suspend", is: true)],
            failed: [.is("Ready", "False", reasons: ["Failed", "ConnectionFailed"])], current: [.is("Ready")]),
        .phase(
            ["mongodbcommunity.mongodb.com", "mongodb.com"], ["MongoDBCommunity", "MongoDB", "MongoDBMultiCluster"],
            failed: ["Failed", "Unsupported"], current: ["Running"]),
        HealthRule(
            ["elasticsearch.k8s.elastic.co"], ["Elasticsearch"],
            failed: [
                .at(".status.phase", ["Invalid", "Stalled"]),
                .all([.at(".status.phase", "Ready"), .at(".status.health", "red")]),
            ],
            inProgress: [
                .at(".status.phase", .differs(["Ready"])), .at(".status.health", "yellow"),
                .below(".status.availableNodes", ".spec.nodeSets[*].count"),
            ],
            current: [.at(".status.health", "green")]),
        // Red is no instance yet, yellow is some.
        HealthRule(
            [
                "kibana.k8s.elastic.co", "beat.k8s.elastic.co", "logstash.k8s.elastic.co", "apm.k8s.elastic.co", "agent.k8s.elastic.co",
                "enterprisesearch.k8s.elastic.co", "maps.k8s.elastic.co",
            ], ["*"], inProgress: [.below(".status.availableNodes", ".status.expectedNodes")], current: [.at(".status.health", "green")]),
        HealthRule(
            ["minio.min.io"], ["Tenant"],
            failed: [
                .at(
                    ".status.currentState",
                    [
                        "Tenant credentials are not set properly", "Statefulset not controlled by operator",
                        "Pool Decommissioning Not Allowed", "Another MinIO Tenant already exists in the namespace",
                        "Different versions across MinIO Pools",
                    ])
            ],
            current: [.at(".status.currentState", "Initialized")], message: ".status.currentState"),
        HealthRule(
            ["ceph.rook.io"], ["CephCluster"],
            failed: [
                .at(".status.state", "Error"), .at(".status.ceph.health", "HEALTH_ERR"),
                .all([.at(".status.ceph.health", "HEALTH_WARN"), .at(".status.state", ["Created", "Connected"])]),
            ],
            inProgress: [.at(".status.state", .differs(["Created", "Connected"]))], current: [.at(".status.ceph.health", "HEALTH_OK")],
            message: ".status.message"),
        .phase(
            ["ceph.rook.io"],
            [
                "CephBlockPool", "CephBlockPoolRadosNamespace", "CephFilesystem", "CephFilesystemSubVolumeGroup", "CephFilesystemMirror",
                "CephObjectStore", "CephObjectStoreUser", "CephObjectRealm", "CephObjectZone", "CephObjectZoneGroup", "CephClient",
                "CephNFS",
                "CephRBDMirror",
            ], failed: ["Failure", "Failed"], current: ["Ready", "Connected", "Created"]),
        HealthRule(
            ["cassandra.rook.io"], ["Cluster"],
            inProgress: [
                .below(".status.racks[*].readyMembers", ".status.racks[*].members"),
                .below(".status.racks[*].members", ".spec.datacenter.racks[*].members"),
            ],
            current: [.exists(".status.racks")]),
        HealthRule(
            ["clickhouse.altinity.com", "clickhouse-keeper.altinity.com"], ["ClickHouseInstallation", "ClickHouseKeeperInstallation"],
            failed: [.at(".status.status", ["Failed", "Aborted"])], current: [.at(".status.status", "Completed")],
            message: ".status.error", ".status.action"),
        HealthRule(
            ["solr.apache.org"], ["SolrCloud"],
            inProgress: [
                .below(".status.readyReplicas", ".status.replicas"), .below(".status.upToDateNodes", ".status.replicas"),
                .below(".status.readyReplicas", ".spec.replicas"),
            ],
            current: [.exists(".status.replicas")]),
        HealthRule(
            ["zookeeper.pravega.io"], ["ZookeeperCluster"],
            inProgress: [.below(".status.readyReplicas", ".status.replicas"), .below(".status.readyReplicas", ".spec.replicas")],
            current: [.exists(".status.replicas")]),
        HealthRule(
            ["opensearch.opster.io"], ["OpenSearchCluster"],
            failed: [.all([.at(".status.phase", "RUNNING"), .at(".status.health", "red")])],
            inProgress: [.at(".status.health", "yellow")], current: [.at(".status.phase", "RUNNING")]),
        .phase(
            ["redis.redis.opstreelabs.in"], ["RedisCluster"], at: ".status.state", failed: ["Failed"], current: ["Ready"],
            message: ".status.reason"),
        .ready(["db.atlasgo.io"], ["AtlasSchema", "AtlasMigration"], waiting: ["Reconciling", "GettingDevDB", "ApprovalPending"]),
        HealthRule(
            ["snapshot.storage.k8s.io"], ["VolumeSnapshot", "VolumeSnapshotContent"], failed: [.exists(".status.error")],
            current: [.at(".status.readyToUse", is: true)], message: ".status.error.message"),
        HealthRule(
            ["velero.io"],
            ["Backup", "Restore", "PodVolumeBackup", "PodVolumeRestore", "DataUpload", "DataDownload", "DeleteBackupRequest"],
            failed: [.at(".status.phase", ["Failed", "PartiallyFailed", "FailedValidation", "FinalizingPartiallyFailed", "Canceled"])],
            current: [.at(".status.phase", ["Completed", "Processed"])], message: ".status.failureReason", ".status.validationErrors[*]"),
        HealthRule(
            ["velero.io"], ["BackupStorageLocation", "BackupRepository"], failed: [.at(".status.phase", ["Unavailable", "NotReady"])],
            current: [.at(".status.phase", ["Available", "Ready"])], message: ".status.message"),
        HealthRule(
            ["velero.io"], ["Schedule"], suspended: [.at(".spec.paused", is: true)], failed: [.at(".status.phase", "FailedValidation")],
            current: [.at(".status.phase", "Enabled")], message: ".status.validationErrors[*]"),
        HealthRule(
            ["astra.netapp.io"], ["ExecHook", "Schedule", "Application"], suspended: [.at(".spec.enabled", is: false)],
            failed: [.at(".status.state", ["Failed", "Error"])], otherwise: .current, message: ".status.error"),
        HealthRule(
            ["astra.netapp.io"], ["*"], failed: [.at(".status.state", ["Failed", "failed", "Error", "error"])],
            current: [.at(".status.state", ["Completed", "available", "Available", "Removed"]), .is("Ready")], message: ".status.error"),
    ]

    static let messaging: [HealthRule] = [
        // NotReady with reason Creating is the first state of all.
        HealthRule(
            ["kafka.strimzi.io", "core.strimzi.io"], ["*"],
            suspended: [
                .at(".metadata.annotations['strimzi.io/pause-reconciliation']", "true"), .is("ReconciliationPaused"),
            ],
            failed: [.is("NotReady", except: ["Creating"]), .at(".status.connectorStatus.tasks[*].state", "FAILED")],
            current: [.is("Ready"), .is("ProposalReady")]),
        HealthRule(
            ["core.strimzi.io"], ["StrimziPodSet"],
            inProgress: [.below(".status.readyPods", ".status.pods"), .below(".status.currentPods", ".status.pods")],
            current: [.exists(".status.observedGeneration")]),
        // Its state is told by the Kafka that it is part of.
        HealthRule(["kafka.strimzi.io"], ["KafkaNodePool"], failed: [.is("NotReady")], otherwise: .current),
        HealthRule(
            ["kafka.banzaicloud.io"], ["KafkaCluster"],
            failed: [
                .all([
                    .at(".status.state", "ClusterRunning"), .at(".status.cruiseControlTopicStatus", "CruiseControlTopicReady"),
                    .at(".status.brokersState[*].configurationState", .differs(["ConfigInSync"])),
                ])
            ],
            inProgress: [.at(".status.cruiseControlTopicStatus", .differs(["CruiseControlTopicReady"]))],
            current: [.at(".status.state", "ClusterRunning")]),
        HealthRule(
            ["platform.confluent.io"], ["Connector"],
            failed: [
                .at(".status.state", "ERROR"), .at(".status.appState", "Failed"), .at(".status.connectorState", "FAILED"),
                .exists(".status.failedTasks"),
            ],
            inProgress: [.at(".status.tasksReady", .complete(false))], current: [.at(".status.connectorState", "RUNNING")],
            message: ".status.conditions[type=platform.confluent.io/app-ready].message"),
        HealthRule(["platform.confluent.io"], ["KafkaRestClass"], failed: [.is("*", "False", reasons: ["Failed"])], otherwise: .current),
        HealthRule(
            ["platform.confluent.io"], ["*"],
            failed: [.at(".status.phase", ["ERROR", "FAILED"]), .at(".status.state", ["ERROR", "FAILED"])],
            current: [.at(".status.phase", "RUNNING"), .at(".status.state", ["CREATED", "RUNNING", "SUCCEEDED", "ACTIVE"])]),
        HealthRule(
            ["rabbitmq.com"], ["RabbitmqCluster"], suspended: [.at(".metadata.labels['rabbitmq.com/pauseReconciliation']", "true")],
            failed: [.is("ReconcileSuccess", "False")], current: [.all([.is("AllReplicasReady"), .is("ClusterAvailable")])]),
        .ready(["rabbitmq.com"], ["*"]),
        HealthRule(
            ["numaplane.numaproj.io"], ["*"],
            failed: [
                .at(".status.phase", "Failed"), .is("ProgressiveUpgradeSucceeded", "False"),
                .is("ChildResourceDeployed", "False", except: ["Progressing"]),
                .is("ChildResourcesHealthy", "False", except: ["Progressing"]),
            ],
            inProgress: [.at(".status.phase", .differs(["Deployed"])), .is("ChildResourcesHealthy", "False", "Unknown")],
            current: [.at(".status.phase", "Deployed")], message: ".status.message"),
        HealthRule(
            ["numaflow.numaproj.io"], ["Pipeline", "MonoVertex", "InterStepBufferService", "Vertex"],
            suspended: [.all([.at(".spec.lifecycle.desiredPhase", "Paused"), .at(".status.phase", "Paused")])],
            failed: [
                .at(".metadata.labels['numaplane.numaproj.io/progressive-result-state']", "failed"), .at(".status.phase", "Failed"),
                .is("*", "False", except: ["Progressing"]),
            ],
            inProgress: [.is("*", "False", "Unknown")], current: [.at(".status.phase", "Running")], message: ".status.message"),
    ]
}
