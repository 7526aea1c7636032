import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import LocalCluster

/// The real kubectl against a cluster without a node: what the API alone has to do.
@Suite(.serialized) struct APIServerKubectlTests {
    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: web, image: "demo/web:1", env: [{name: A, value: "1"}, {name: B, value: "2"}]}
        """

    private func shop(_ body: (KubectlCluster) async throws -> Void) async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "shop")
            try await body(cluster)
        }
    }

    @Test func discoveryIsUnderstood() async throws {
        try await KubectlCluster.run { cluster in
            let resources = try await cluster.kubectl("api-resources", "-o", "wide").output
            #expect(resources.contains("deployments"))
            #expect(resources.contains("deploy"))
            let version = try await cluster.kubectl("version", "-o", "json").output
            #expect(version.contains("serverVersion") && version.contains("+slipway"))
            #expect(try await cluster.kubectl("explain", "deployment.spec.strategy").output.contains("rollingUpdate"))
            // What `kubectl auth whoami` asks, in a form that clients know that are older than the command.
            let review = "apiVersion: authentication.k8s.io/v1\nkind: SelfSubjectReview\n"
            let who = try await cluster.kubectl("create", "--validate=false", "-o", "yaml", "-f", "-", input: review).output
            #expect(who.contains("kubernetes-admin"), "\(who)")
        }
    }

    @Test func clientSideApplyIsIdempotent() async throws {
        try await shop { cluster in
            #expect(try await cluster.kubectl("apply", "-f", "-", input: Self.deployment).output == "deployment.apps/web created\n")
            #expect(try await cluster.kubectl("apply", "-f", "-", input: Self.deployment).output == "deployment.apps/web unchanged\n")
            #expect(try await cluster.kubectl("diff", "-f", "-", input: Self.deployment).output.isEmpty)
            let changed = Self.deployment.replacing("name: B, value: \"2\"", with: "name: C, value: \"3\"")
            #expect(try await cluster.kubectl("apply", "-f", "-", input: changed).output == "deployment.apps/web configured\n")
            let names = try await cluster.kubectl(
                "get", "deployment", "web", "-n", "shop", "-o", "jsonpath={.spec.template.spec.containers[0].env[*].name}")
            #expect(names.output == "A C")
        }
    }

    @Test func defaultsAreThoseOfAServer() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Self.deployment)
            let path =
                "{.spec.strategy.rollingUpdate.maxSurge} {.spec.revisionHistoryLimit} {.spec.progressDeadlineSeconds} "
                + "{.spec.template.spec.containers[0].imagePullPolicy} {.spec.template.spec.terminationGracePeriodSeconds}"
            let output = try await cluster.kubectl("get", "deployment", "web", "-n", "shop", "-o", "jsonpath=\(path)").output
            #expect(output == "25% 10 600 IfNotPresent 30")
        }
    }

    @Test func serverSideApplyShowsConflicts() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "--server-side", "--field-manager=slipway", "-f", "-", input: Self.deployment)
            try await cluster.kubectl("scale", "deployment", "web", "-n", "shop", "--replicas=5")
            let refused = try await cluster.kubectl(
                "apply", "--server-side", "--field-manager=slipway", "-f", "-", input: Self.deployment, succeeds: false)
            #expect(refused.status != 0)
            #expect(
                refused.error.contains(
                    "Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas"))
            try await cluster.kubectl(
                "apply", "--server-side", "--force-conflicts", "--field-manager=slipway", "-f", "-", input: Self.deployment)
            let live = try #require(cluster.cluster.store.get(.deployments, namespace: "shop", name: "web"))
            #expect(live["spec"]?["replicas"] == 2)
        }
    }

    @Test func serverSideApplyRemovesWhatIsNoLongerSaid() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "--server-side", "-f", "-", input: Self.deployment)
            try await cluster.kubectl("set", "env", "deployment/web", "-n", "shop", "OTHER=kept")
            let fewer = Self.deployment.replacing(", {name: B, value: \"2\"}", with: "")
            try await cluster.kubectl("apply", "--server-side", "-f", "-", input: fewer)
            let names = try await cluster.kubectl(
                "get", "deployment", "web", "-n", "shop", "-o", "jsonpath={.spec.template.spec.containers[0].env[*].name}")
            #expect(names.output == "A OTHER")
        }
    }

    @Test func dryRunStoresNothing() async throws {
        try await shop { cluster in
            let output = try await cluster.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", input: Self.deployment).output
            #expect(output == "deployment.apps/web serverside-applied (server dry run)\n")
            #expect(cluster.cluster.store.list(.deployments).items.isEmpty)
        }
    }

    @Test func badObjectsAreRefusedInTheStyleOfTheAPI() async throws {
        try await shop { cluster in
            let unknown = try await cluster.kubectl(
                "apply", "-f", "-", input: Self.deployment.replacing("replicas:", with: "replica:"), succeeds: false)
            // Clients before 1.25 check by themselves, and say it in their own words.
            #expect(unknown.error.contains("unknown field \"spec.replica\"") || unknown.error.contains("unknown field \"replica\""))
            let mismatch = try await cluster.kubectl(
                "apply", "-f", "-",
                input: Self.deployment.replacing("metadata: {labels: {app: web}}", with: "metadata: {labels: {app: other}}"),
                succeeds: false)
            #expect(mismatch.error.contains("`selector` does not match template `labels`"))
            let type = try await cluster.kubectl(
                "apply", "-f", "-", input: Self.deployment.replacing("replicas: 2", with: "replicas: two"), succeeds: false)
            #expect(
                type.error.contains("cannot unmarshal string into Go struct field Deployment.spec.replicas")
                    || type.error.contains("invalid type for io.k8s.api.apps.v1.DeploymentSpec.replicas"))
            let missing = try await cluster.kubectl("create", "configmap", "x", "-n", "nowhere", succeeds: false)
            #expect(missing.error.contains("namespaces \"nowhere\" not found"))
        }
    }

    @Test func patchesOfEveryKind() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Self.deployment)
            let strategic = #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"demo/web:2"}]}}}}"#
            try await cluster.kubectl("patch", "deployment", "web", "-n", "shop", "-p", strategic)
            try await cluster.kubectl(
                "patch", "deployment", "web", "-n", "shop", "--type=merge", "-p", #"{"metadata":{"labels":{"tier":"front"}}}"#)
            try await cluster.kubectl(
                "patch", "deployment", "web", "-n", "shop", "--type=json", "-p", #"[{"op":"replace","path":"/spec/replicas","value":7}]"#)
            let live = try #require(cluster.cluster.store.get(.deployments, namespace: "shop", name: "web"))
            let container = live.at(["spec", "template", "spec", "containers"])?[0]
            #expect(container?["image"] == "demo/web:2")
            #expect(container?["env"]?.array?.count == 2)
            #expect(live.labels?["tier"] == "front")
            #expect(live["spec"]?["replicas"] == 7)
        }
    }

    @Test func selectorsAndTables() async throws {
        try await shop { cluster in
            for (name, tier) in [("one", "front"), ("two", "back"), ("three", "back")] {
                try await cluster.kubectl("create", "configmap", name, "-n", "shop", "--from-literal=a=1")
                try await cluster.kubectl("label", "configmap", name, "-n", "shop", "tier=\(tier)")
            }
            let back = try await cluster.kubectl("get", "configmaps", "-n", "shop", "-l", "tier in (back),missing notin (x)", "-o", "name")
                .output
            #expect(back == "configmap/three\nconfigmap/two\n")
            let table = try await cluster.kubectl("get", "configmap", "one", "-n", "shop").output
            #expect(table.hasPrefix("NAME   DATA   AGE\none    1      "))
            let field = try await cluster.kubectl("get", "configmaps", "-A", "--field-selector", "metadata.name=one", "-o", "name").output
            #expect(field == "configmap/one\n")
            let refused = try await cluster.kubectl("get", "configmaps", "--field-selector", "data.a=1", succeeds: false)
            #expect(refused.error.contains("field label not supported: data.a"))
        }
    }

    @Test func aWatchSeesChanges() async throws {
        try await shop { cluster in
            try await cluster.kubectl("run", "one", "--image=nova/one", "-n", "shop")
            async let waiting = cluster.kubectl("wait", "--for=condition=Ready", "pod/one", "-n", "shop", "--timeout=20s")
            try cluster.cluster.store.updateStatus(.pods, namespace: "shop", name: "one") { pod in
                pod.set(["status", "conditions"], to: [["type": "Ready", "status": "True"]])
            }
            #expect(try await waiting.output == "pod/one condition met\n")
        }
    }

    @Test func secretsAreGivenInPlainAndKeptEncoded() async throws {
        try await shop { cluster in
            try await cluster.kubectl(
                "apply", "-f", "-",
                input: "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {token: abc}")
            let data = try await cluster.kubectl("get", "secret", "s", "-n", "shop", "-o", "jsonpath={.data.token} {.stringData}").output
            #expect(data == "YWJj ")
        }
    }

    @Test func aNamespaceGoesWithItsContents() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Self.deployment)
            try await cluster.kubectl("delete", "namespace", "shop", "--timeout=30s")
            #expect(cluster.cluster.store.list(.deployments).items.isEmpty)
            #expect(cluster.cluster.store.get(.namespaces, name: "shop") == nil)
        }
    }

    @Test func createCommandsSpeakProtobuf() async throws {
        try await shop { cluster in
            try await cluster.kubectl("create", "deployment", "d", "-n", "shop", "--image=demo/web:1", "--replicas=0", "--port=8080")
            try await cluster.kubectl("expose", "deployment", "d", "-n", "shop", "--port=80", "--target-port=8080")
            try await cluster.kubectl("create", "secret", "generic", "s", "-n", "shop", "--from-literal=a=b")
            try await cluster.kubectl("create", "quota", "q", "-n", "shop", "--hard=pods=10,requests.cpu=500m")
            try await cluster.kubectl("create", "ingress", "i", "-n", "shop", "--rule=a.example/=d:80")
            let deployment = try #require(cluster.cluster.store.get(.deployments, namespace: "shop", name: "d"))
            #expect(deployment["spec"]?["replicas"] == 0)
            let ports = cluster.cluster.store.get(.services, namespace: "shop", name: "d")?["spec"]?["ports"]
            #expect(ports?[0]?["targetPort"] == 8080)
            #expect(cluster.cluster.store.get(.secrets, namespace: "shop", name: "s")?["data"]?["a"] == "Yg==")
            #expect(cluster.cluster.store.get(.resourceQuotas, namespace: "shop", name: "q")?["spec"]?["hard"]?["requests.cpu"] == "500m")
            let backend = cluster.cluster.store.get(.ingresses, namespace: "shop", name: "i")?["spec"]?["rules"]?[0]?["http"]?["paths"]?[
                0]?["backend"]
            #expect(backend?["service"]?["name"] == "d")
        }
    }

    @Test func describeReadsWhatWeServe() async throws {
        try await shop { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Self.deployment)
            let text = try await cluster.kubectl("describe", "deployment", "web", "-n", "shop").output
            #expect(text.contains("RollingUpdateStrategy:  25% max unavailable, 25% max surge"))
        }
    }
}

/// The real kubectl against a cluster with a node: what reaches into a Pod.
@Suite(.serialized) struct APIServerPodTests {
    @Test func logsAndProxyReachThePod() async throws {
        let folder = "/tmp/slipway-images-\(UInt64.random(in: .min ... .max))"
        let images = """
            images:
              - name: demo/web:1
                command: [/bin/sh, -c, "echo hello; exec python3 -u -m http.server 8080 --bind $ADDRESS --directory \(folder)"]
            """
        _ = try await Subprocess.run(.name("mkdir"), arguments: ["-p", folder], output: .discarded)
        let file = FilePath(folder).appending("images.yaml")
        let descriptor = try FileDescriptor.open(file, .writeOnly, options: [.create], permissions: .ownerReadWrite)
        _ = try descriptor.closeAfter { try descriptor.writeAll(images.utf8) }
        let manifest = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: default, labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: web
                image: demo/web:1
                ports: [{containerPort: 8080, name: http}]
                env: [{name: ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                readinessProbe: {httpGet: {port: http}, periodSeconds: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
            """
        try await KubectlCluster.run(runsPods: true, imagesFile: file.string) { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: manifest)
            try await cluster.kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
            #expect(try await cluster.kubectl("logs", "web", "--tail=20").output.hasPrefix("hello\n"))
            let page = try await cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/pods/web:8080/proxy/images.yaml").output
            #expect(page == images)
            try await eventually("the Service has an endpoint", within: .seconds(20)) {
                try await cluster.kubectl("get", "endpoints", "web", "-o", "jsonpath={.subsets[*].addresses[*].ip}").output.isEmpty == false
            }
            let through = try await cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/services/web:80/proxy/images.yaml?a=b")
                .output
            #expect(through == images)
            let wide = try await cluster.kubectl("get", "pod", "web", "-o", "wide").output
            #expect(wide.contains("1/1     Running"))
            #expect(try await cluster.kubectl("exec", "web", "--", "echo", "inside").output == "inside\n")
            try await cluster.kubectl("delete", "pod", "web", "--timeout=20s")
        }
    }
}
