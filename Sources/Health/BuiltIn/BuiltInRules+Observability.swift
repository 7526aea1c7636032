internal import Manifests

/// What measures and shows.
extension BuiltInRules {
    static let observability: [HealthRule] = [
        // Available is False or Degraded while Pods start.
        HealthRule(
            ["monitoring.coreos.com"], ["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"],
            suspended: [.at(".spec.paused", is: true)], failed: [.is("Reconciled", "False")],
            current: [.all([.is("Available"), .is("Reconciled")])]),
        HealthRule(
            ["operator.victoriametrics.com"],
            [
                "VMAgent", "VMAlert", "VMAlertmanager", "VMAuth", "VMCluster", "VMSingle", "VMAnomaly", "VLogs", "VLSingle", "VLCluster",
                "VLAgent", "VTSingle", "VTCluster",
            ],
            suspended: [.at(".spec.paused", is: true)], failed: [.at(".status.updateStatus", "failed")],
            current: [.at(".status.updateStatus", "operational")], message: ".status.reason"),
        HealthRule(
            ["operator.victoriametrics.com"], ["*"], failed: [.at(".status.updateStatus", "failed")],
            inProgress: [.at(".status.updateStatus", "expanding")], otherwise: .current, message: ".status.reason"),
        HealthRule(
            ["grafana.integreatly.org"], ["Grafana"], failed: [.at(".status.stageStatus", "failed")],
            current: [.all([.at(".status.stage", "complete"), .at(".status.stageStatus", "success")])], message: ".status.lastMessage"),
        // Before version 5.9 there were no conditions.
        HealthRule(
            ["grafana.integreatly.org"], ["*"], suspended: [.at(".spec.suspend", is: true)],
            failed: [.is("*Synchronized", "False"), .is("InvalidSpec"), .is("NoMatchingInstance"), .is("NoMatchingFolder")],
            current: [.is("*Synchronized"), .all([.missing(".status.conditions"), .exists(".status.lastResync")])]),
        HealthRule(["grafana.integreatly.org"], ["GrafanaNotificationPolicyRoute"], failed: [.is("InvalidSpec")], otherwise: .current),
        .ready(["grafana-org-operator.kubitus-project.gitlab.io"], ["*"]),
        HealthRule(
            ["opentelemetry.io"], ["OpenTelemetryCollector"], inProgress: [.at(".status.scale.statusReplicas", .complete(false))],
            current: [.at(".status.scale.statusReplicas", .complete(true)), .at(".spec.mode", "sidecar")]),
        HealthRule(
            ["sloth.slok.dev"], ["PrometheusServiceLevel"], current: [.at(".status.promOpRulesGenerated", is: true)]),
        .phase(["jaegertracing.io"], ["Jaeger"], failed: ["Failed"], current: ["Running"]),
        HealthRule(["datadoghq.com"], ["DatadogMetric"], failed: [.is("Error")], current: [.is("Valid")]),
        HealthRule(
            ["coralogix.com"], ["*"], failed: [.is("RemoteSynced", "False")],
            current: [.is("RemoteSynced"), .all([.missing(".status.conditions"), .exists(".status.id")])]),
        HealthRule(
            ["core.humio.com"], ["*"], failed: [.at(".status.state", ["ConfigError", "NotFound"])],
            current: [.at(".status.state", ["Exists", "Running"])], message: ".status.message"),
    ]
}
