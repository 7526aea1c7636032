internal import ChildProcesses
package import Kustomize
package import Manifests

/// A chart's objects.
package struct RenderedChart: Sendable, Hashable {
    package var objects: [Value]
    /// That of Helm. Another may render the same chart to other objects.
    package var helmVersion: String
}

/// Renders charts of a tree of files by the program `helm`. Calls block, and are for threads that may.
package struct ChartRenderer: Sendable {
    private let files: any FileProvider
    private let program: HelmProgram
    private let yaml: YAMLReader
    private let deadline: Duration

    package init(files: any FileProvider, program: HelmProgram, yaml: YAMLReader, deadline: Duration? = nil) {
        self.files = files
        self.program = program
        self.yaml = yaml
        self.deadline = deadline ?? HelmLimits.deadline
    }

    /// The objects that `helm install` would make, without tests, in Helm's order.
    package func render(_ request: ChartRequest) throws(HelmError) -> RenderedChart {
        let version = try program.version()
        let folder = try PrivateFolder()
        defer { withExtendedLifetime(folder) {} }
        let arguments = try prepare(request, folder)
        let output = try run(request, arguments, folder)
        let objects = try parse(output, request)
        // A chart that makes up passwords or dates would be deployed anew at every rendering, and never come to rest.
        let again = try run(request, arguments, folder)
        if again != output { try refuseRandom(objects, try parse(again, request), request) }
        return RenderedChart(objects: try ChartHooks.sorted(objects, request.hooks), helmVersion: version)
    }

    /// Brings all files there, and says how to call Helm.
    private func prepare(_ request: ChartRequest, _ folder: PrivateFolder) throws(HelmError) -> [String] {
        var copier = ChartFiles(files, folder)
        try copier.copyChart(request.chart, to: Self.chartName(request))
        var arguments = ["template", request.releaseName, "\(folder.path)/\(Self.chartName(request))", "--namespace", request.namespace]
        if request.includesCRDs { arguments.append("--include-crds") }
        if let version = request.kubeVersion { arguments.append("--kube-version=\(version)") }
        for version in request.apiVersions { arguments.append("--api-versions=\(version)") }
        for (index, path) in request.values.enumerated() {
            try copier.copyValues(path, to: Self.valuesName(index), at: [.key("values"), .index(index)])
            arguments.append("--values=\(folder.path)/\(Self.valuesName(index))")
        }
        return arguments
    }

    private static func chartName(_ request: ChartRequest) -> String { request.chart.hasSuffix("gz") ? "chart.tgz" : "chart" }
    private static func valuesName(_ index: Int) -> String { "values-\(index).yaml" }

    private func run(_ request: ChartRequest, _ arguments: [String], _ folder: PrivateFolder) throws(HelmError) -> [UInt8] {
        let run = try program.run(arguments, folder, deadline: deadline, outputBytes: HelmLimits.outputBytes)
        switch run.ending {
        case .exited(status: 0): return run.output
        case .exited(let status):
            let said = Self.readable(run.errors, request, folder)
            throw HelmError(.refused, "helm cannot render \(request.chart): \(said.isEmpty ? "it ended with status \(status)" : said)")
        case .timedOut: throw HelmError(.timedOut, "helm took longer than \(deadline) to render \(request.chart) and was stopped")
        case .tooMuchOutput:
            throw HelmError(.limitExceeded, "\(request.chart) renders to more than \(HelmLimits.outputBytes) bytes")
        }
    }

    /// Helm's message with the paths of the repository in it and not those of the private folder.
    private static func readable(_ errors: String, _ request: ChartRequest, _ folder: PrivateFolder) -> String {
        var text = errors
        for (index, path) in request.values.enumerated() { text = text.replacing("\(folder.path)/\(valuesName(index))", with: path) }
        text = text.replacing("\(folder.path)/\(chartName(request))", with: request.chart).replacing(folder.path, with: "")
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("Use --debug") && !$0.hasPrefix("level=WARN") }
        let joined = lines.joined(separator: " ")
        return String((joined.hasPrefix("Error: ") ? joined.dropFirst(7) : joined[...]).prefix(HelmLimits.messageCharacters))
    }

    private func parse(_ output: [UInt8], _ request: ChartRequest) throws(HelmError) -> [Value] {
        do {
            return try yaml.parse(output, request.chart, .refuse).filter { !$0.isNull }
        } catch {
            throw HelmError(.invalidOutput, "what \(request.chart) renders to is no valid YAML: \(error)")
        }
    }

    private func refuseRandom(_ objects: [Value], _ again: [Value], _ request: ChartRequest) throws(HelmError) {
        guard objects != again else { return }
        let changed = zip(objects, again).first { $0 != $1 }?.0.identity
        throw HelmError(
            .random,
            "\(request.chart) gives other objects at every rendering\(changed.map { " (such as \($0))" } ?? ""), so it would be deployed again "
                + "and again; it makes up a password, certificate or date: set that in the values")
    }
}
