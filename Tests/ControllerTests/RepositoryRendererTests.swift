import Delivery
import Foundation
import Helm
import Kustomize
import Manifests
import TestSupport
import Testing

@testable import Controller

/// Bad input of a repository: each a clear error with its place, and nothing else is disturbed.
@Suite struct RepositoryRendererTests {
    private static let policy = """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: staging}
        spec:
          target: {namespace: nova-staging}

        """
    private static let kustomization = """
        resources: [app.yaml]
        namespace: nova-staging

        """
    private static let app = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: app}
        data: {a: b}

        """

    private func files(_ changes: [String: String?] = [:]) -> InMemoryFiles {
        var texts: [String: String] = [
            "environments/staging/environment.yaml": Self.policy, "environments/staging/kustomization.yaml": Self.kustomization,
            "environments/staging/app.yaml": Self.app,
        ]
        for (path, text) in changes { texts["environments/staging/\(path)"] = text }
        return InMemoryFiles(texts)
    }

    private func message(_ files: InMemoryFiles, helm: HelmProgram = HelmProgram()) -> String {
        do throws(ControllerError) {
            _ = try RepositoryRenderer(files: files, helm: helm).render("staging")
            return "no error"
        } catch {
            return error.message
        }
    }

    @Test func aGoodTreeRenders() throws {
        let rendered = try RepositoryRenderer(files: files()).render("staging")
        #expect(rendered.objects.compactMap(\.identity?.description) == ["ConfigMap nova-staging/app"])
        #expect(rendered.policy.target.namespace == "nova-staging")
        #expect(try RepositoryRenderer(files: files()).environmentNames() == ["staging"])
    }

    @Test func variablesOfThePolicyArePutIn() throws {
        let policy = Self.policy + "  variables: {values: {A: 1}, from: [{path: vars.yaml}]}\n"
        var files = files(["environment.yaml": policy, "app.yaml": Self.app.replacing("{a: b}", with: "{a: \"${A}-${B}\"}")])
        files.set("vars.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {A: x, B: y}\n")
        #expect(try RepositoryRenderer(files: files).render("staging").objects[0]["data", "a"] == "1-y")
        files.remove("vars.yaml")
        #expect(message(files) == "environments/staging/environment.yaml:6:38: vars.yaml does not exist")
    }

    private static let chartPolicy = policy + "  helm: {chart: charts/web, releaseName: web}\n"
    private static let chartFile = "apiVersion: v2\nname: web\nversion: 1.0.0\n"

    /// A program that answers as Helm does, whatever the chart.
    private func withHelm(_ body: (HelmProgram) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            #!/bin/sh
            if [ "$1" = version ]; then echo v9.9.9; exit 0; fi
            echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: chart}'; echo 'data: {a: "${A}"}'
            """, to: "helm")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("helm"))
        try body(HelmProgram(folder.file("helm")))
        try folder.remove()
    }

    @Test func aChartNeedsNoKustomizationAndTakesVariables() throws {
        try withHelm { helm in
            let policy = Self.chartPolicy + "  variables: {values: {A: 1}}\n"
            var files = files(["environment.yaml": policy, "kustomization.yaml": nil])
            files.set("charts/web/Chart.yaml", Self.chartFile)
            let rendered = try RepositoryRenderer(files: files, helm: helm).render("staging")
            #expect(rendered.objects.map(\.name) == ["chart"] && rendered.objects[0]["data", "a"] == "1")
            #expect(rendered.renderedWith == "helm v9.9.9")
        }
    }

    @Test func aKustomizationGoesOnFromTheChart() throws {
        try withHelm { helm in
            let kustomization =
                Self.kustomization + "namePrefix: x-\npatches: [{target: {name: chart}, patch: '[{op: add, path: /data/b, value: c}]'}]\n"
            var files = files(["environment.yaml": Self.chartPolicy, "kustomization.yaml": kustomization])
            files.set("charts/web/Chart.yaml", Self.chartFile)
            let objects = try RepositoryRenderer(files: files, helm: helm).render("staging").objects
            #expect(objects.map(\.name) == ["x-chart", "x-app"] && objects[0]["data"] == ["a": "${A}", "b": "c"])
            #expect(objects.map(\.namespace) == ["nova-staging", "nova-staging"])
            files.set("environments/staging/app.yaml", Self.app.replacing("app", with: "chart"))
            let text = message(files, helm: helm)
            #expect(text.contains("app.yaml") && text.contains("charts/web"), "\(text)")
        }
    }

    @Test func aMissingHelmSaysWhatToInstallAndWhere() {
        let text = message(files(["environment.yaml": Self.chartPolicy]), helm: HelmProgram("/nonexistent/helm"))
        #expect(text.hasPrefix("environments/staging/environment.yaml:6:10: charts are rendered by the program helm"), "\(text)")
    }

    @Test func chartsWithinAKustomizationNameTheOtherWay() {
        let text = message(files(["kustomization.yaml": "helmCharts: [{name: web}]\n"]))
        #expect(text.contains("spec.helm"), "\(text)")
    }

    @Test func anUnknownKeyIsNamedWithItsPlaceAndTheNearestOne() {
        let text = message(files(["environment.yaml": Self.policy + "  rolout: {deadline: 5m}\n"]))
        #expect(text.hasPrefix("environments/staging/environment.yaml:6:"))
        #expect(text.contains("rolout") && text.contains("did you mean \"rollout\"?"))
    }

    @Test func brokenYAMLSaysWhere() {
        #expect(message(files(["app.yaml": "a: [1, 2\nb: 3\n"])).contains("environments/staging/app.yaml:2:"))
    }

    @Test(arguments: [
        ("apiVersion: v1\nmetadata: {name: x}\n", "kind"), ("kind: ConfigMap\nmetadata: {name: x}\n", "apiVersion"),
        ("apiVersion: v1\nkind: ConfigMap\n", "name"),
    ])
    func anObjectThatIsNoneSaysWhatItLacks(_ manifest: String, _ lacking: String) {
        let text = message(files(["app.yaml": manifest]))
        #expect(text.contains("environments/staging/app.yaml") && text.contains(lacking), "\(text)")
    }

    @Test func twoObjectsOfOneIdentityNameBothFiles() {
        let text = message(files(["kustomization.yaml": "resources: [app.yaml, other.yaml]\n", "other.yaml": Self.app]))
        #expect(text.contains("app.yaml") && text.contains("other.yaml"), "\(text)")
    }

    @Test func aMissingFileIsNamed() {
        let text = message(files(["kustomization.yaml": "resources: [nowhere.yaml]\n"]))
        #expect(text.contains("environments/staging/kustomization.yaml") && text.contains("nowhere.yaml"), "\(text)")
    }

    @Test func aPathOutOfTheTreeIsRefused() {
        let text = message(files(["kustomization.yaml": "resources: [../../../etc/passwd]\n"]))
        #expect(text.contains("../../../etc/passwd"), "\(text)")
    }

    @Test func aSymbolicLinkIsNotFollowed() {
        var files = files(["kustomization.yaml": "resources: [link.yaml]\n"])
        files.setSymbolicLink("environments/staging/link.yaml")
        let text = message(files)
        #expect(text.contains("link.yaml") && text.contains("symbolic link"), "\(text)")
    }

    @Test func anAliasBombIsRefused() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 { bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n" }
        #expect(message(files(["app.yaml": bomb])).contains("app.yaml"))
    }

    @Test func aPatchThatMatchesNothingIsAnError() {
        let kustomization = """
            resources: [app.yaml]
            patches:
              - target: {kind: Deployment, name: nobody}
                patch: '[{"op": "add", "path": "/metadata/labels", "value": {}}]'

            """
        let text = message(files(["kustomization.yaml": kustomization]))
        #expect(text.contains("nobody"), "\(text)")
    }

    @Test(arguments: [
        ("{freshness: 15, completion: 40, engagement: 25, affinity: 15, deepLearning: 6}", "100"),
        ("{freshness: 15, completion: 40, engagement: 25, affinity: 15, deepLerning: 5}", "deepLearning"),
        ("{freshness: -15, completion: 70, engagement: 25, affinity: 15, deepLearning: 5}", "freshness"),
        ("{freshness: '15', completion: 40, engagement: 25, affinity: 15, deepLearning: 5}", "freshness"),
    ])
    func badWeightsSayWhereAndWhy(_ weights: String, _ word: String) {
        let text = message(files(["weights.yaml": "apiVersion: slipway.dev/v1\nkind: RankingWeights\nweights: \(weights)\n"]))
        #expect(text.contains("environments/staging/weights.yaml:3:") && text.contains(word), "\(text)")
    }

    @Test func aSmokeTestThatIsNotThereIsNamed() {
        let text = message(files(["environment.yaml": Self.policy + "  verification: {smokeTests: [hooks/nothing.yaml]}\n"]))
        #expect(text == "hooks/nothing.yaml: no such file in the repository")
    }
}
