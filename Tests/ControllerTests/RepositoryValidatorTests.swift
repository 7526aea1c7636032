import Kustomize
import Manifests
import Testing

@testable import Controller

/// One run finds all that is wrong, each once, with its place and the Environments that it concerns.
@Suite struct RepositoryValidatorTests {
    private static func policy(_ name: String, _ more: String = "") -> String {
        "apiVersion: slipway.dev/v1\nkind: Environment\nmetadata: {name: \(name)}\nspec:\n  target: {namespace: nova-\(name)}\n\(more)"
    }

    private static let good: [String: String] = [
        "environments/staging/environment.yaml": policy("staging"),
        "environments/staging/kustomization.yaml": "resources: [../../manifests/app]\n",
        "environments/production/environment.yaml": policy("production", "  promotion: {from: staging}\n"),
        "environments/production/kustomization.yaml": "resources: [../../manifests/app]\n",
        "manifests/app/kustomization.yaml": "resources: [app.yaml]\n",
        "manifests/app/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n",
    ]

    private static func check(_ changes: [String: String?], only environment: String? = nil) throws -> RepositoryCheck {
        var texts = good
        for (path, text) in changes { texts[path] = text }
        var check = try RepositoryValidator(files: InMemoryFiles(texts)).validate(only: environment)
        check.checkSchemas { _ in nil }
        return check
    }

    private static func lines(_ changes: [String: String?], only environment: String? = nil) throws -> [String] {
        try check(changes, only: environment).findings.map {
            "\($0.place) \($0.severity.rawValue) \($0.rule.id) \($0.environments.joined(separator: ","))"
        }
    }

    @Test func aGoodRepositoryHasNone() throws {
        #expect(try Self.lines([:]) == [])
        #expect(try Self.check([:]).renderings.map(\.name) == ["production", "staging"])
    }

    @Test func allThatIsWrongIsFoundInOneRun() throws {
        let lines = try Self.lines([
            "environments/production/environment.yaml": Self.policy("production", "  rolout: {}\n  promotion: {from: stagin}\n"),
            "environments/production/weights.yaml": "apiVersion: slipway.dev/v1\nkind: RankingWeights\nweights: {freshness: 1}\n",
            "environments/staging/kustomization.yaml": "namePrefx: a\nnameSufix: b\nresources: [gone.yaml, ../../manifests/app]\n",
            "manifests/app/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n---\nkind: [\n",
            "hooks/smoke.yaml": "a: b: c\n",
        ])
        #expect(
            lines == [
                "environments/production/environment.yaml:6:3 error policy/unknown-key production",
                "environments/production/weights.yaml:3:1 error weights/invalid production",
                "environments/staging/kustomization.yaml:1:1 error kustomize/unknown-field staging",
                "environments/staging/kustomization.yaml:2:1 error kustomize/unknown-field staging",
                "environments/staging/kustomization.yaml:3:13 error kustomize/file-not-found staging",
                "hooks/smoke.yaml:1:5 error yaml/syntax ", "manifests/app/app.yaml:6:1 error yaml/syntax production,staging",
            ])
    }

    @Test func whatIsSharedIsFoundOnceAndNamesBoth() throws {
        let lines = try Self.lines(["manifests/app/kustomization.yaml": "resource: [app.yaml]\nresources: [app.yaml]\n"])
        #expect(lines == ["manifests/app/kustomization.yaml:1:1 error kustomize/unknown-field production,staging"])
    }

    @Test func oneEnvironmentAlone() throws {
        let changes: [String: String?] = [
            "environments/production/environment.yaml": "x: 1\n", "manifests/unused.yaml": "a: [\n",
            "environments/staging/kustomization.yaml": "resources: [gone.yaml]\n",
        ]
        #expect(
            try Self.lines(changes, only: "staging") == [
                "environments/staging/kustomization.yaml:1:13 error kustomize/file-not-found staging"
            ])
        let error = #expect(throws: ControllerError.self) { try Self.check([:], only: "stagin") }
        #expect(error?.message == "there is no environment \"stagin\"; did you mean \"staging\"?")
    }

    @Test func theGraphOfPromotionIsJudgedBesideABrokenPolicy() throws {
        let lines = try Self.lines([
            "environments/staging/environment.yaml": Self.policy("staging", "  rolout: {}\n"),
            "environments/canary/environment.yaml": Self.policy("canary", "  promotion: {from: nowhere}\n"),
            "environments/canary/kustomization.yaml": "resources: []\n",
        ])
        #expect(lines.filter { $0.contains("promotion/") } == ["environments/canary/environment.yaml:6:15 error promotion/graph canary"])
        #expect(lines.contains("environments/staging/environment.yaml:6:3 error policy/unknown-key staging"))
    }

    @Test func objectsThatAreThereTwice() throws {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ranking-weights}\n"
        let weights = "{freshness: 15, completion: 40, engagement: 25, affinity: 15, deepLearning: 5}"
        let lines = try Self.lines([
            "environments/staging/kustomization.yaml": "resources: [map.yaml]\n", "environments/staging/map.yaml": map,
            "environments/staging/weights.yaml": "apiVersion: slipway.dev/v1\nkind: RankingWeights\nweights: \(weights)\n",
        ])
        #expect(lines == ["environments/staging/map.yaml:1:1 error object/duplicate staging"])
    }

    @Test func whatIsNotDeployedIsAWarning() throws {
        let lines = try Self.lines([
            "environments/old/kustomization.yaml": "resources: [a.yaml]\n",
            "environments/old/a.yaml": "apiVersion: v1\nkind: A\nmetadata: {name: a}\n",
            "environments/staging/forgotten.yaml": "apiVersion: v1\nkind: A\nmetadata: {name: a}\n",
            "manifests/other/kustomization.yaml": "resources: [b.yaml]\n",
            "manifests/other/b.yaml": "apiVersion: v1\nkind: A\nmetadata: {name: a}\n",
            "manifests/README.md": "words", "hooks/notes.yaml": "a: 1\n",
        ])
        #expect(
            lines == [
                "environments/old/a.yaml warning layout/not-an-environment ",
                "environments/staging/forgotten.yaml warning layout/unused-file ",
                "manifests/other/kustomization.yaml warning layout/unused-file ",
            ])
    }

    @Test func dataAndChartsAreNoDocuments() throws {
        let lines = try Self.lines([
            "manifests/app/kustomization.yaml": "resources: [app.yaml]\nconfigMapGenerator: [{name: a, files: [data.json]}]\n",
            "manifests/app/data.json": "{{ a template", "manifests/chart/Chart.yaml": "name: c\n",
            "manifests/chart/templates/a.yaml": "{{ if }}",
        ])
        #expect(lines == ["manifests/chart/Chart.yaml warning layout/unused-file "])
    }

    @Test func aKeyThatStandsTwiceHasARuleOfItsOwn() throws {
        let lines = try Self.lines([
            "environments/staging/kustomization.yaml": "namespace: a\nnamespace: b\nresources: [../../manifests/app]\n"
        ])
        #expect(lines == ["environments/staging/kustomization.yaml:2:1 error yaml/duplicate-key staging"])
    }

    @Test func linksAreSaid() throws {
        var files = InMemoryFiles(Self.good)
        files.setSymbolicLink("environments/beta/environment.yaml")
        let findings = try RepositoryValidator(files: files).validate().findings
        #expect(findings.map { "\($0.place) \($0.rule.id)" } == ["environments/beta/environment.yaml layout/link"])
    }

    @Test func aSharedFolderOfEnvironmentsIsUsed() throws {
        let lines = try Self.lines([
            "environments/common/kustomization.yaml": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamePrefix: a-\n",
            "environments/staging/kustomization.yaml": "resources: [../../manifests/app]\ncomponents: [../common]\n",
        ])
        #expect(lines == [])
    }

    // MARK: Schemas

    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: videos.nova.example}
        spec:
          group: nova.example
          names: {kind: Video, plural: videos}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {title: {type: string}}}}}}

        """

    @Test func customResourcesOfTheRepositoryNeedNoCluster() throws {
        let changes: [String: String?] = [
            "manifests/app/kustomization.yaml": "resources: [crd.yaml, app.yaml]\n", "manifests/app/crd.yaml": Self.definition,
            "manifests/app/app.yaml":
                "apiVersion: nova.example/v1\nkind: Video\nmetadata: {name: a}\nspec:\n  titel: x\n---\napiVersion: nova.example/v2\nkind: Video\nmetadata: {name: b}\n",
        ]
        #expect(
            try Self.lines(changes) == [
                "manifests/app/app.yaml:5:3 error schema/unknown-field production,staging",
                "manifests/app/app.yaml:7:1 error schema/unknown-kind production,staging",
            ])
    }

    @Test func whatAPatchBroughtStandsAtTheObject() throws {
        let patch = "patches: [{target: {kind: Video}, patch: '[{\"op\": \"add\", \"path\": \"/spec/title\", \"value\": 5}]'}]\n"
        let check = try Self.check([
            "environments/staging/kustomization.yaml": "resources: [../../manifests/app]\n" + patch,
            "manifests/app/kustomization.yaml": "resources: [crd.yaml, app.yaml]\n", "manifests/app/crd.yaml": Self.definition,
            "manifests/app/app.yaml":
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: nova.example/v1\nkind: Video\nmetadata: {name: a}\nspec:\n  title: x\n",
        ])
        #expect(
            check.findings.map(\.description) == [
                "manifests/app/app.yaml:5:1: spec.title: must be a string, not a number (write it in quotes)"
            ])
        #expect(check.findings.first?.environments == ["staging"])
    }

    @Test func aKindThatTheClusterDoesNotServe() throws {
        var check = try RepositoryValidator(files: InMemoryFiles(Self.good)).validate()
        #expect(check.kinds == [.init(group: "", version: "v1", kind: "ConfigMap")])
        check.checkSchemas { _ in .unknownKind(nearest: "Secret of v1") }
        #expect(
            check.findings.map(\.description) == [
                "manifests/app/app.yaml:2:1: kind: the cluster has no kind ConfigMap (did you mean Secret of v1?)"
            ]
        )
    }

    @Test func theNamesOfRulesAreSettled() {
        let names = FindingRule.all.map(\.id)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.contains("/") && $0.allSatisfy { $0.isLowercase || $0 == "/" || $0 == "-" } })
    }
}
