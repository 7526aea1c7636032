import Kustomize
import Manifests
import Testing

/// What is wrong with a tree is said with file, line and column, and what to do.
@Suite("Trees that are refused")
struct RefusalTests {
    @Test func unknownFieldWithTheNearestName() {
        let error = Trees.failure(["app/kustomization.yaml": "resources: []\nnamePrefx: a-\n"])
        #expect(
            error?.description
                == "app/kustomization.yaml:2:1: unknown field \"namePrefx\" in the kustomization (did you mean \"namePrefix\"?)")
    }

    @Test func missingFileWithTheNearestName() {
        let error = Trees.failure([
            "app/kustomization.yaml": "resources:\n- deploymnt.yaml\n", "app/deployment.yaml": Trees.deployment,
        ])
        #expect(
            error?.description
                == "app/kustomization.yaml:2:3: app/deploymnt.yaml does not exist (did you mean \"deployment.yaml\"?)")
    }

    @Test(arguments: [
        ("../../etc/passwd", RenderError.Code.invalidPath), ("/etc/passwd", .invalidPath), ("../secret.yaml", .invalidPath),
        ("https://example.com/base", .remoteResource), ("github.com/a/b?ref=main", .remoteResource), ("", .invalidPath),
    ])
    func pathsThatLeadAway(_ path: String, _ code: RenderError.Code) {
        let error = Trees.failure(["app/kustomization.yaml": "resources:\n- \"\(path)\"\n", "secret.yaml": Trees.service])
        #expect(error?.code == code)
        #expect(error?.position == SourcePosition(file: "app/kustomization.yaml", line: 2, column: 3))
    }

    @Test func symbolicLinksAndWhatIsBehindThem() throws {
        var files = InMemoryFiles([
            "app/kustomization.yaml": "resources: [link.yaml]\n", "other/kustomization.yaml": "resources: [../far]\n",
        ])
        files.setSymbolicLink("app/link.yaml")
        files.setSymbolicLink("far")
        for folder in ["app", "other"] {
            let error = #expect(throws: RenderError.self) { try Renderer(files: files, yaml: .standard).render(folder) }
            #expect(error?.code == .symbolicLink)
        }
    }

    @Test func cyclesOfBases() {
        let error = Trees.failure(["app/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../app]\n"])
        #expect(error?.code == .cycle)
        #expect(error?.message == "the kustomizations name each other in a circle: app -> b -> app")
        #expect(error?.position?.file == "b/kustomization.yaml")
    }

    @Test func patchesThatMatchNothing() {
        let tree = ["app/deployment.yaml": Trees.deployment, "app/patch.yaml": "- {op: remove, path: /spec/replicas}\n"]
        var targeted = tree
        targeted["app/kustomization.yaml"] = """
            resources: [deployment.yaml]
            patches:
            - path: patch.yaml
              target: {kind: Deployment, name: wev}
            """
        let error = Trees.failure(targeted)
        #expect(error?.code == .patchWithoutTarget)
        #expect(error?.message == "the patch app/patch.yaml matches no object: kind Deployment, name wev")
        #expect(error?.position?.line == 4)

        var named = tree
        named["app/kustomization.yaml"] = "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\n"
        named["app/patch.yaml"] = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: wev\n"
        let other = Trees.failure(named)
        #expect(
            other?.description
                == "app/patch.yaml:4:3: the patch app/patch.yaml matches no object: there is no Deployment.apps default/wev of apps/v1 (did you mean \"web\"?)"
        )
    }

    @Test func aPatchThatMayMatchNothing() throws {
        let texts = [
            "app/kustomization.yaml": """
            resources: [deployment.yaml]
            patches:
            - patch: '[{"op": "remove", "path": "/spec"}]'
              target: {kind: Secret}
              options: {allowNoTargetMatch: true}
            """,
            "app/deployment.yaml": Trees.deployment,
        ]
        #expect(try Trees.render(texts).objects.count == 1)
    }

    @Test func twoObjectsWithOneIdentity() {
        let error = Trees.failure([
            "app/kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "app/a.yaml": Trees.service, "app/b.yaml": Trees.service,
        ])
        #expect(error?.code == .duplicateObject)
        #expect(error?.message == "Service default/web of app/b.yaml is already there, from app/a.yaml")
        #expect(error?.position == SourcePosition(file: "app/b.yaml", line: 4, column: 3))
    }

    @Test func objectsWithoutKindOrName() {
        for (text, message) in [
            ("apiVersion: v1\nmetadata: {name: a}\n", "the object has no kind (document 2 of app/a.yaml)"),
            ("apiVersion: v1\nkind: Service\n", "the Service has no metadata.name (document 2 of app/a.yaml)"),
        ] {
            let error = Trees.failure(["app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": Trees.service + "\n---\n" + text])
            #expect(error?.message == message)
            #expect(error?.position?.file == "app/a.yaml")
        }
    }

    @Test func patternsThatDoNotRead() {
        let error = Trees.failure([
            "app/kustomization.yaml": """
            resources: [deployment.yaml]
            patches:
            - patch: '[]'
              target: {name: "a("}
            """,
            "app/deployment.yaml": Trees.deployment,
        ])
        #expect(error?.code == .invalidSelector)
        #expect(error?.message.contains("there is a ( without its )") == true)
    }

    @Test func brokenYAMLNamesItsPlace() {
        let error = Trees.failure(["app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": "a: [1\nb: 2\n"])
        #expect(error?.code == .invalidYAML)
        #expect(error?.position?.file == "app/a.yaml")
        #expect(error?.position?.line == 2)
    }

    @Test func manyPatternsOverManyObjects() {
        let patches = (0..<20).map { "- {patch: '[]', target: {name: w.*\($0)?}}\n" }.joined()
        let error = Trees.failure(
            ["app/kustomization.yaml": "resources: [a.yaml]\npatches:\n" + patches, "app/a.yaml": Trees.deployment],
            limits: RenderLimits(applications: 10))
        #expect(error?.code == .limitExceeded)
        #expect(error?.position?.line == 8)
    }

    @Test func limits() {
        let texts = ["app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": Trees.deployment + "\n---\n" + Trees.service]
        for limits in [RenderLimits(fileBytes: 30), RenderLimits(totalBytes: 40), RenderLimits(files: 1), RenderLimits(objects: 1)] {
            #expect(Trees.failure(texts, limits: limits)?.code == .limitExceeded)
        }
        var deep: [String: String] = [:]
        for level in 0..<10 { deep["d\(level)/kustomization.yaml"] = "resources: [../d\(level + 1)]\n" }
        #expect(Trees.failure(deep, "d0", limits: RenderLimits(depth: 5))?.code == .limitExceeded)
    }

    @Test func charts() {
        let error = Trees.failure(["app/kustomization.yaml": "helmCharts: [{name: a}]\n"])
        #expect(error?.code == .unsupported)
    }
}
