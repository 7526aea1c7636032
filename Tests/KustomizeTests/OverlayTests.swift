import Kustomize
import Manifests
import Testing

@Suite("Overlays")
struct OverlayTests {
    @Test func overlayOverABase() throws {
        let rendering = try Trees.render(
            [
                "base/kustomization.yaml": "resources: [deployment.yaml, service.yaml]\n",
                "base/deployment.yaml": Trees.deployment,
                "base/service.yaml": Trees.service,
                "app/kustomization.yaml": """
                resources: [../base]
                namespace: prod
                namePrefix: blue-
                nameSuffix: -v2
                labels:
                - pairs: {tier: front}
                  includeSelectors: true
                images:
                - name: registry.example:5000/web
                  newTag: "2.0"
                replicas:
                - name: web
                  count: 3
                configMapGenerator:
                - name: settings
                  literals: [LEVEL=debug]
                """,
            ])
        #expect(rendering.objects.map(\.name) == ["blue-web-v2", "blue-web-v2", rendering.objects[2].name])
        #expect(rendering.objects.allSatisfy { $0.namespace == "prod" })
        let deployment = rendering.objects[0]
        #expect(deployment["spec", "replicas"] == 3)
        #expect(deployment["spec", "selector", "matchLabels"] == ["app": "web", "tier": "front"])
        let container = try #require(deployment["spec", "template", "spec", "containers"]?[0])
        #expect(container["image"] == "registry.example:5000/web:2.0")
        let name = try #require(rendering.objects[2].name)
        #expect(name.hasPrefix("blue-settings-v2-"))
        #expect(container["envFrom"]?[0]?["configMapRef"]?["name"] == .string(name))
        #expect(rendering.filesRead == ["app/kustomization.yaml", "base/deployment.yaml", "base/kustomization.yaml", "base/service.yaml"])
        #expect(rendering.origins[try #require(deployment.identity)] == "base/deployment.yaml")
    }

    @Test func strategicMergeTouchesOnlyWhatItNames() throws {
        let rendering = try Trees.render([
            "app/kustomization.yaml": """
            resources: [deployment.yaml]
            patches:
            - path: patch.yaml
            """,
            "app/deployment.yaml": Trees.deployment,
            "app/patch.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: null
              template:
                spec:
                  containers:
                  - name: sidecar
                    image: proxy:1
                  - name: web
                    env: [{name: A, value: b}]
            """,
        ])
        let spec = try #require(rendering.objects[0]["spec"])
        #expect(spec["replicas"] == nil)
        let containers = try #require(spec["template", "spec", "containers"]?.array)
        #expect(containers.map { $0["name"] } == ["sidecar", "web"])
        #expect(containers[1]["image"] == "registry.example:5000/web:1.0")
        #expect(containers[1]["env"]?[0]?["value"] == "b")
    }

    @Test func jsonPatchOfEverythingThatMatches() throws {
        let rendering = try Trees.render([
            "app/kustomization.yaml": """
            resources: [deployment.yaml, service.yaml]
            patches:
            - target: {kind: Deploy.*, labelSelector: ""}
              patch: |-
                - {op: replace, path: /spec/replicas, value: 7}
            """,
            "app/deployment.yaml": Trees.deployment, "app/service.yaml": Trees.service,
        ])
        #expect(rendering.objects[0]["spec", "replicas"] == 7)
        #expect(rendering.objects[1]["spec", "replicas"] == nil)
    }

    @Test func aPatchDeletesAnObject() throws {
        let rendering = try Trees.render([
            "app/kustomization.yaml": """
            resources: [deployment.yaml, service.yaml]
            patches:
            - patch: '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "$patch": "delete"}'
            """,
            "app/deployment.yaml": Trees.deployment, "app/service.yaml": Trees.service,
        ])
        #expect(rendering.objects.map(\.kind) == ["Deployment"])
    }

    @Test func componentsChangeWhatIsThere() throws {
        let rendering = try Trees.render([
            "app/kustomization.yaml": "resources: [deployment.yaml]\ncomponents: [../component]\n",
            "app/deployment.yaml": Trees.deployment,
            "component/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            replicas: [{name: web, count: 5}]
            """,
        ])
        #expect(rendering.objects[0]["spec", "replicas"] == 5)
    }

    @Test func theOrderOfFilesOfTheTreeDoesNotMatter() throws {
        let texts = [
            "app/kustomization.yaml": "resources: [deployment.yaml, service.yaml]\nnamePrefix: a-\n",
            "app/deployment.yaml": Trees.deployment, "app/service.yaml": Trees.service,
        ]
        let first = try Trees.render(texts)
        var files = InMemoryFiles()
        for (path, text) in texts.sorted(by: { $0.key > $1.key }) { files.set(path, text) }
        let second = try Renderer(files: files, yaml: .standard).render("app")
        #expect(first.objects.map { JSON.string($0) } == second.objects.map { JSON.string($0) })
    }

    @Test func generatedDataKeepsBytesThatAreNoText() throws {
        var files = InMemoryFiles(["app/kustomization.yaml": "configMapGenerator: [{name: a, files: [key=blob, text]}]\n"])
        files.set("app/blob", [0xFF, 0x00, 0x01])
        files.set("app/text", "hello\n")
        let object = try Renderer(files: files, yaml: .standard).render("app").objects[0]
        #expect(object["data"] == ["text": "hello\n"])
        #expect(object["binaryData"] == ["key": "/wAB"])
    }
}
