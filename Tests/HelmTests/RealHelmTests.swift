import ChildProcesses
import Foundation
import Helm
import Kustomize
import Manifests
import TestSupport
import Testing

/// Charts, rendered by the real program: the one that `SLIPWAY_HELM` names, else that of `scripts/bootstrap`, else that of PATH.
@Suite("Charts by the real Helm")
struct RealHelmTests {
    static let program: HelmProgram = {
        if let path = ProcessInfo.processInfo.environment["SLIPWAY_HELM"] { return HelmProgram(path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let own = root.appendingPathComponent(".build/tools/helm").path
        return FileManager.default.isExecutableFile(atPath: own) ? HelmProgram(own) : HelmProgram()
    }()

    private static func render(
        _ request: ChartRequest = SampleChart.request, _ files: InMemoryFiles = SampleChart.files()
    ) throws -> RenderedChart {
        try ChartRenderer(files: files, program: program, yaml: .standard).render(request)
    }

    private static func names(_ chart: RenderedChart) -> [String] {
        chart.objects.compactMap(\.identity?.description).sorted()
    }

    /// Everything else here needs it: without the program this says what to do.
    @Test func theProgramIsThere() throws {
        let version = try Self.program.version()
        #expect(version.hasPrefix("v3.") || version.hasPrefix("v4."), "run scripts/bootstrap")
        #expect(try Self.render().helmVersion == version)
    }

    @Test func aFolderIsRenderedWithItsDefinitionsAndWithoutItsTests() throws {
        let chart = try Self.render()
        #expect(
            Self.names(chart) == [
                "ConfigMap rel-sub", "CustomResourceDefinition.apiextensions.k8s.io widgets.a.io", "Deployment.apps nova/rel-web",
            ])
        #expect(chart.objects.first { $0.kind == "Deployment" }?["spec", "replicas"] == 1)
    }

    @Test func definitionsCanBeLeftOut() throws {
        var request = SampleChart.request
        request.includesCRDs = false
        #expect(try Self.names(Self.render(request)) == ["ConfigMap rel-sub", "Deployment.apps nova/rel-web"])
    }

    @Test func laterValuesWinAndCapabilitiesAreTold() throws {
        var request = SampleChart.request
        request.values = ["values/one.yaml", "values/two.yaml"]
        request.kubeVersion = "1.30.1"
        request.apiVersions = ["a.io/v1"]
        let objects = try Self.render(request).objects
        #expect(objects.first { $0.kind == "ConfigMap" }?["data", "color"] == "blue")
        let deployment = try #require(objects.first { $0.kind == "Deployment" })
        #expect(deployment["spec", "replicas"] == 2 && deployment["metadata", "labels"] == ["kube": "v1.30.1", "has": "true"])
    }

    @Test func aPackageIsRenderedAsItsFolder() throws {
        try withFolder { folder in
            for (path, text) in SampleChart.texts {
                let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            let run = try ProgramRun.run(
                program: "/bin/tar", arguments: ["-C", "\(folder)/charts", "-cz", "web"], environment: ["PATH=/usr/bin:/bin"],
                deadline: .seconds(20), outputBytes: 1 << 20)
            try #require(run.ending == .exited(status: 0), "\(run.errors)")
            var files = InMemoryFiles()
            files.set("packages/web-1.2.3.tgz", run.output)
            var request = SampleChart.request
            request.chart = "packages/web-1.2.3.tgz"
            #expect(try Self.render(request, files).objects == Self.render().objects)
        }
    }

    @Test func hooksAreRefusedUnlessTheEnvironmentSaysWhatToDo() throws {
        let hook = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: \"pre-install, pre-upgrade\"}}\n"
        let files = SampleChart.files(["charts/web/templates/hook.yaml": hook])
        let error = helmError { _ = try Self.render(SampleChart.request, files) }
        #expect(error.code == .hook && error.message.hasPrefix("the chart has a hook, Job.batch migrate (pre-install, pre-upgrade)"))
        var request = SampleChart.request
        request.hooks = .skip
        #expect(try !Self.names(Self.render(request, files)).contains("Job.batch migrate"))
        request.hooks = .apply
        #expect(try Self.names(Self.render(request, files)).contains("Job.batch migrate"))
    }

    @Test func aChartThatMakesUpPasswordsIsRefused() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: made-up}\nstringData: {password: \"{{ randAlphaNum 24 }}\"}\n"
        let error = helmError {
            _ = try Self.render(SampleChart.request, SampleChart.files(["charts/web/templates/secret.yaml": secret]))
        }
        #expect(error.code == .random && error.message.contains("such as Secret made-up"))
    }

    @Test func whatHelmSaysNamesPathsOfTheRepository() {
        var request = SampleChart.request
        request.values = ["values/broken.yaml"]
        let failing = helmError { _ = try Self.render(request, SampleChart.files(["values/broken.yaml": "broken: true\n"])) }
        #expect(failing.code == .refused && failing.message.contains("broken is set"), "\(failing)")
        #expect(failing.message.hasPrefix("helm cannot render charts/web: ") && !failing.message.contains("/tmp"), "\(failing)")
        let invalid = helmError { _ = try Self.render(request, SampleChart.files(["values/broken.yaml": "a: [\n"])) }
        #expect(invalid.message.contains("values/broken.yaml") && !invalid.message.contains("/tmp"), "\(invalid)")
    }

    @Test func aDependencyThatIsNotThereIsNamed() {
        let files = SampleChart.files(["charts/web/charts/sub/Chart.yaml": nil, "charts/web/charts/sub/templates/config.yaml": nil])
        let error = helmError { _ = try Self.render(SampleChart.request, files) }
        #expect(error.code == .refused && error.message.contains("sub"), "\(error)")
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try body(folder.path)
        try folder.remove()
    }
}
