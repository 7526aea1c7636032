import Foundation
import Helm
import Kustomize
import Manifests
import TestSupport
import Testing

/// How the program is called and what is refused before, by a stand-in that tells what it sees.
@Suite("Calling Helm")
struct StandInTests {
    /// Runs `body` with a program that answers `version` and otherwise does as the script says.
    private func with(_ script: String, _ body: (HelmProgram, TemporaryFolder) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let text = "#!/bin/sh\nif [ \"$1\" = version ]; then echo v9.9.9+g1234567; exit 0; fi\n\(script)\n"
        try folder.write(text, to: "helm")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("helm"))
        try body(HelmProgram(folder.file("helm")), folder)
        try folder.remove()
    }

    private func render(
        _ program: HelmProgram, _ request: ChartRequest = SampleChart.request, _ files: InMemoryFiles = SampleChart.files(),
        deadline: Duration? = nil
    ) throws -> RenderedChart {
        try ChartRenderer(files: files, program: program, yaml: .standard, deadline: deadline).render(request)
    }

    private static let configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n"

    @Test func itSeesNothingOfOurEnvironment() throws {
        try with(
            "printf '\(Self.configMap.replacing("\n", with: "\\n"))'; export -p | /bin/sed -n \"s/^export \\([A-Z_]*\\)='\\(.*\\)'/  \\1: '\\2'/p\""
        ) {
            program, _ in
            // The private folder has another name at each rendering, and the two runs of one are in the same.
            let data = try #require(try render(program).objects[0]["data"]?.object)
            let names = Set(data.keys).subtracting(["PWD", "OLDPWD"])
            #expect(
                names == [
                    "HOME", "TMPDIR", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "HELM_NO_PLUGINS",
                    "KUBECONFIG",
                    "LC_ALL", "HTTP_PROXY", "HTTPS_PROXY",
                ])
            let home = try #require(data["HOME"]?.string)
            #expect(home.contains("slipway-helm-") && data["KUBECONFIG"] == "/dev/null")
            #expect(!FileManager.default.fileExists(atPath: home))
        }
    }

    @Test func itIsCalledWithoutAShellAndWithPrivateFiles() throws {
        let script = """
            printf '\(Self.configMap.replacing("\n", with: "\\n"))'
            for word in "$@"; do i=$((i+1)); echo "  a$i: '$word'"; done
            echo "  modes: '$(/usr/bin/stat -c %a "$3" "$3/Chart.yaml" | /usr/bin/tr '\\n' ' ')'"
            echo "  text: '$(/bin/cat "$3/templates/odd name;\\$(x).txt")'"
            """
        try with(script) { program, _ in
            var request = SampleChart.request
            request.values = ["values/one.yaml"]
            request.apiVersions = ["a.io/v1"]
            request.kubeVersion = "1.30"
            let files = SampleChart.files(["charts/web/templates/odd name;$(x).txt": "kept"])
            let data = try #require(try render(program, request, files).objects[0]["data"]?.object)
            let folder = try #require(data["a3"]?.string?.dropLast("/chart".count))
            let words = (1...9).map { data["a\($0)"]?.string ?? "" }
            #expect(
                words == [
                    "template", "rel", "\(folder)/chart", "--namespace", "nova", "--include-crds", "--kube-version=1.30",
                    "--api-versions=a.io/v1", "--values=\(folder)/values-0.yaml",
                ])
            #expect(data["modes"] == "700 600 " && data["text"] == "kept")
        }
    }

    @Test func itIsStoppedAtTheDeadlineAndNothingIsLeftBehind() throws {
        try with("echo \"$3\" > \"${0%/*}/seen\"; exec /bin/sleep 600") { program, folder in
            let error = helmError { _ = try render(program, deadline: .seconds(3)) }
            #expect(error.code == .timedOut)
            #expect(error.message == "helm took longer than 3.0 seconds to render charts/web and was stopped")
            let seen = try folder.text("seen").trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(seen.hasSuffix("/chart") && !FileManager.default.fileExists(atPath: seen))
        }
    }

    @Test func whatIsNoYAMLIsSaid() throws {
        try with("echo 'a: ['") { program, _ in
            #expect(helmError { _ = try render(program) }.code == .invalidOutput)
        }
    }

    // MARK: Refused before anything runs

    @Test func aMissingProgramSaysWhereItWasLookedFor() {
        let error = helmError { _ = try render(HelmProgram("helm", searchPath: "/nonexistent/a:/nonexistent/b")) }
        #expect(
            error.message
                == "charts are rendered by the program helm, and helm is in none of /nonexistent/a, /nonexistent/b; install Helm 3 or 4 "
                + "(https://helm.sh/docs/intro/install/) where the rendering runs, or tell its path (render.helm in the controller's "
                + "configuration, --helm on the command line)")
        #expect(helmError { _ = try render(HelmProgram("/nonexistent/helm")) }.message.contains("there is no program /nonexistent/helm"))
    }

    @Test func anotherProgramIsNotTakenForHelm() {
        let error = helmError { _ = try render(HelmProgram("/bin/false")) }
        #expect(error.message == "/bin/false is not Helm 3 or 4: it does not answer \"version --short\"")
    }

    @Test(arguments: [
        ("charts/wbe", "charts/wbe does not exist (did you mean \"web\"?)", "chart"),
        ("values/one.yaml", "values/one.yaml is neither the folder of a chart nor a package (.tgz)", "chart"),
        ("values", "values is no chart: it has no Chart.yaml", "chart"),
    ])
    func aChartThatIsNone(_ path: String, _ message: String, _ key: String) throws {
        try with("exit 1") { program, _ in
            var request = SampleChart.request
            request.chart = path
            let error = helmError { _ = try render(program, request) }
            #expect(error.message == message && error.path == [.key(key)])
        }
    }

    @Test func missingValuesAreNamedWithTheirPlace() throws {
        try with("exit 1") { program, _ in
            var request = SampleChart.request
            request.values = ["values/one.yaml", "values/tow.yaml"]
            let error = helmError { _ = try render(program, request) }
            #expect(error.message == "values/tow.yaml does not exist (did you mean \"two.yaml\"?)")
            #expect(error.path == [.key("values"), .index(1)])
        }
    }

    @Test func aLinkOnTheWayIsRefused() throws {
        try with("exit 1") { program, folder in
            for (path, text) in SampleChart.texts {
                let parent = URL(fileURLWithPath: folder.file(path)).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                try folder.write(text, to: path)
            }
            try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "charts")
            var request = SampleChart.request
            request.chart = "link/web"
            let files = DiskFiles(root: folder.path)
            let error = helmError { _ = try ChartRenderer(files: files, program: program, yaml: .standard).render(request) }
            #expect(error.message.hasPrefix("link is not a plain file"), "\(error)")
        }
    }

    @Test func linksAndSubmodulesAreRefused() throws {
        try with("exit 1") { program, _ in
            for isLink in [true, false] {
                var files = SampleChart.files()
                if isLink { files.setSymbolicLink("charts/web/templates/x") } else { files.setSubmodule("charts/web/templates/x") }
                let error = helmError { _ = try render(program, SampleChart.request, files) }
                #expect(error.code == .unsupported && error.message.hasPrefix("charts/web/templates/x is not a plain file"))
            }
        }
    }

    @Test(arguments: ["http://169.254.169.254/x.json", "file:///etc/passwd"])
    func aSchemaThatLeadsElsewhereIsRefused(_ address: String) throws {
        try with("exit 1") { program, _ in
            let schema = "{\"properties\": {\"a\": [{\"$ref\": \"#/x\"}, {\"$ref\": \"\(address)\"}]}}"
            let error = helmError {
                _ = try render(program, SampleChart.request, SampleChart.files(["charts/web/values.schema.json": schema]))
            }
            #expect(error.message.hasPrefix("charts/web/values.schema.json refers to \(address), and nothing is fetched"))
        }
    }

    @Test func largeChartsAreRefused() throws {
        try with("exit 1") { program, _ in
            var large = SampleChart.files()
            large.set("charts/web/files/large", [UInt8](repeating: 0, count: (8 << 20) + 1))
            #expect(helmError { _ = try render(program, SampleChart.request, large) }.code == .limitExceeded)
            var heavy = SampleChart.files()
            for index in 0..<5 { heavy.set("charts/web/files/\(index)", [UInt8](repeating: 0, count: 7 << 20)) }
            #expect(helmError { _ = try render(program, SampleChart.request, heavy) }.message.contains("bytes together"))
            var many = SampleChart.files()
            for index in 0..<5_000 { many.set("charts/web/files/\(index)", "") }
            #expect(helmError { _ = try render(program, SampleChart.request, many) }.message == "the chart has more than 5000 files")
            var deep = SampleChart.files()
            deep.set("charts/web/" + String(repeating: "a/", count: 40) + "x", "")
            #expect(helmError { _ = try render(program, SampleChart.request, deep) }.message.contains("nested deeper than 32"))
        }
    }
}

/// A folder on disk, as the command line reads it.
private struct DiskFiles: FileProvider {
    let root: String

    func kind(of path: String) throws -> FileKind? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)") else { return nil }
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular?: return .file(bytes: (attributes[.size] as? Int) ?? 0)
        case .typeDirectory?: return .directory
        case .typeSymbolicLink?: return .symbolicLink
        default: return nil
        }
    }

    func read(_ path: String) throws -> [UInt8] { try Files.read("\(root)/\(path)") }
    func list(_ directory: String) throws -> [String] { try Files.list("\(root)/\(directory)") }
}
