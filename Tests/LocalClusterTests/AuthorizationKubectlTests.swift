import Manifests
import Testing

@testable import LocalCluster

/// The real kubectl, as somebody who may not do everything.
@Suite(.serialized) struct AuthorizationKubectlTests {
    @Test func canIAnswersTruly() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "shop")
            try await cluster.kubectl("create", "rolebinding", "jane", "-n", "shop", "--clusterrole=edit", "--user=jane")
            for (arguments, expected) in [
                (["create", "deployments.apps", "-n", "shop"], "yes"), (["create", "deployments.apps"], "no"),
                (["get", "pods", "--subresource=log", "-n", "shop"], "yes"), (["get", "/version"], "yes"), (["get", "/metrics"], "no"),
                (["*", "*"], "no"),
            ] {
                let result = try await cluster.kubectl(list: ["auth", "can-i"] + arguments + ["--as=jane"], succeeds: false)
                #expect(result.output == "\(expected)\n", "\(arguments): \(result.output) \(result.error)")
            }
            #expect(try await cluster.kubectl("auth", "can-i", "*", "*").output == "yes\n")
            let list = try await cluster.kubectl("auth", "can-i", "--list", "--as=jane", "-n", "shop").output
            #expect(list.contains("pods/eviction") && list.contains("selfsubjectaccessreviews.authorization.k8s.io"), "\(list)")
            let who = try await cluster.kubectl("auth", "whoami", "--as=jane", "--as-group=a", "-o", "json").output
            #expect(who.contains("\"jane\"") && who.contains("\"system:authenticated\""), "\(who)")
        }
    }

    @Test func refusalsAreTheAPIsOwnWords() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "shop")
            try await cluster.kubectl("create", "rolebinding", "jane", "-n", "shop", "--clusterrole=view", "--user=jane")
            let jane = try cluster.cluster.kubeconfig(user: "jane", groups: [], namespace: "shop")
            #expect(try await cluster.kubectl("get", "pods", kubeconfig: jane).error.contains("No resources found in shop namespace"))
            let refused = try await cluster.kubectl(
                "create", "configmap", "c", "--from-literal=a=b", succeeds: false, kubeconfig: jane)
            #expect(
                refused.error.contains(
                    "configmaps is forbidden: User \"jane\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"shop\""
                ),
                "\(refused.error)")
            let other = try await cluster.kubectl("get", "deployment", "x", "-n", "default", succeeds: false, kubeconfig: jane)
            #expect(
                other.error.contains(
                    "deployments.apps \"x\" is forbidden: User \"jane\" cannot get resource \"deployments\" in API group \"apps\" in the "
                        + "namespace \"default\""), "\(other.error)")
            let asOther = try await cluster.kubectl("get", "pods", "--as=root", succeeds: false, kubeconfig: jane)
            #expect(
                asOther.error.contains(
                    "users \"root\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\""),
                "\(asOther.error)")
        }
    }

    @Test func theReadOnlyUserReads() async throws {
        try await KubectlCluster.run { cluster in
            let viewer = try cluster.cluster.readOnlyKubeconfig()
            try await cluster.kubectl("get", "pods,deployments,configmaps,events", "-A", kubeconfig: viewer)
            #expect(try await cluster.kubectl("get", "secrets", succeeds: false, kubeconfig: viewer).status != 0)
            #expect(
                try await cluster.kubectl("delete", "namespace", "default", succeeds: false, kubeconfig: viewer).error.contains(
                    "is forbidden"))
        }
    }

    @Test func aggregatedRolesFollowTheirParts() async throws {
        try await KubectlCluster.run { cluster in
            let role = """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: crons, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}
                rules: [{apiGroups: [example.com], resources: [crons], verbs: [get]}]
                """
            try await cluster.kubectl("apply", "-f", "-", input: role)
            let rule = "jsonpath={.rules[?(@.apiGroups[0]==\"example.com\")].resources[0]}=crons"
            for name in ["view", "edit", "admin"] {
                try await cluster.kubectl("wait", "clusterrole", name, "--for", rule, "--timeout=20s")
            }
        }
    }
}
