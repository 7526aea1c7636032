import Manifests
import Testing

@testable import LocalCluster

/// The Pod Security Standards, in the API server's words.
@Suite struct PodSecurityTests {
    private let bare: Value = ["containers": [["name": "c"]]]
    private let hardened: Value = [
        "securityContext": ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]],
        "containers": [
            ["name": "c", "securityContext": ["allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]]]]
        ],
    ]

    private func found(_ spec: Value, _ level: PodSecurity.Level) -> String? {
        PodSecurity.violations(metadata: nil, spec: spec, level: level)
    }

    @Test func restrictedWantsFourThingsSaid() {
        #expect(
            found(bare, .restricted)
                == "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), "
                + "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
                + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
                + "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
        )
        #expect(found(hardened, .restricted) == nil)
        #expect(found(bare, .baseline) == nil)
    }

    @Test func baselineNamesWhatOpensTheBox() {
        let spec: Value = [
            "hostNetwork": true, "hostPID": true,
            "containers": [
                ["name": "a", "ports": [["containerPort": 80, "hostPort": 80]], "securityContext": ["privileged": true]],
                ["name": "b", "securityContext": ["capabilities": ["add": ["NET_ADMIN", "CHOWN"]]]],
            ],
            "volumes": [["name": "v", "hostPath": ["path": "/"]]],
        ]
        #expect(
            found(spec, .baseline)
                == "non-default capabilities (container \"b\" must not include \"NET_ADMIN\" in securityContext.capabilities.add), "
                + "host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volume \"v\"), "
                + "hostPort (container \"a\" uses hostPort 80), "
                + "privileged (container \"a\" must not set securityContext.privileged=true)")
        #expect(found(spec, .privileged) == nil)
    }

    @Test func restrictedStandsForWhatItIncludes() {
        var spec = hardened
        spec["volumes"] = [["name": "v", "hostPath": ["path": "/"]]]
        #expect(found(spec, .restricted) == "restricted volume types (volume \"v\" uses restricted volume type \"hostPath\")")
        var root = hardened
        root["securityContext", "runAsUser"] = 0
        #expect(found(root, .restricted) == "runAsUser=0 (pod must not set runAsUser=0)")
    }

    @Test func aNamespaceRefusesPodsAndWarnsAboutWorkloads() throws {
        let store = ObjectStore()
        try store.create(
            .namespaces,
            [
                "metadata": [
                    "name": "shop",
                    "labels": ["pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"],
                ]
            ])
        let pod: Value = ["metadata": ["name": "x", "namespace": "shop"], "spec": bare]
        let error = #expect(throws: APIError.self) { try store.create(.pods, pod) }
        #expect(error?.reason == .forbidden)
        #expect(
            error?.message.hasPrefix(
                "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must"
            )
                == true)
        try store.create(.pods, ["metadata": ["name": "y", "namespace": "shop"], "spec": hardened])
        let workload: Value = ["metadata": ["name": "w", "namespace": "shop"], "spec": ["template": ["spec": bare]]]
        try store.create(.deployments, workload)
        let warnings = PodSecurityAdmission.warnings(workload, .deployments, namespace: store.get(.namespaces, name: "shop"))
        #expect(warnings.first?.hasPrefix("would violate PodSecurity \"restricted:latest\": ") == true)
    }
}
