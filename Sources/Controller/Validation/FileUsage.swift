internal import Kustomize
internal import Manifests

/// Which files of the layout are documents, and which of them nobody uses.
struct FileUsage {
    private let layout: LayoutWalk
    private let graph: KustomizationGraph
    /// The Environments that read a file while they were rendered.
    private let reads: [String: Set<String>]
    private let charts: Set<String>

    init(layout: LayoutWalk, graph: KustomizationGraph, reads: [String: Set<String>]) {
        self.layout = layout
        self.graph = graph
        self.reads = reads
        charts = layout.chartFolders
    }

    /// Files that must be YAML: not what generators take as bytes, and not the inside of charts.
    var documents: [String] {
        let data = graph.dataFiles
        return layout.paths.filter { path in
            LayoutWalk.isYAML(path) && !data.contains(path) && !LayoutWalk.isBelow(path, charts)
        }
    }

    func environments(using path: String) -> [String] {
        (reads[path] ?? []).union(graph.environments(reading: path)).sorted()
    }

    /// A warning for each file that is not deployed, one for all that belongs to a kustomization or folder which is not used.
    var unused: [Finding] {
        var findings: [Finding] = []
        let candidates = layout.paths.filter { path in
            guard !path.hasPrefix("hooks/"), environments(using: path).isEmpty else { return false }
            let name = LayoutWalk.name(path)
            if LayoutWalk.isBelow(path, charts) { return name == "Chart.yaml" }
            return LayoutWalk.isYAML(path) || KustomizationSurvey.fileNames.contains(name)
        }
        let (outside, folders) = foldersThatAreNoEnvironments(candidates)
        findings += folders
        let kustomizations = outside.filter { KustomizationSurvey.fileNames.contains(LayoutWalk.name($0)) }
        let covered = kustomizations.reduce(into: Set<String>()) { covered, path in
            guard let report = graph.reports[LayoutWalk.folder(path)] else { return }
            covered.formUnion(report.files.subtracting([path]))
        }
        for path in outside where !covered.contains(path) {
            let isKustomization = KustomizationSurvey.fileNames.contains(LayoutWalk.name(path))
            let message =
                isKustomization
                ? "no environment uses this kustomization, so nothing that it names is deployed"
                : "no environment uses this file, so it is not deployed"
            let hint = isKustomization ? "name its folder in a kustomization, or remove it" : "name it in a kustomization, or remove it"
            findings.append(Finding(.warning, .unusedFile, at: SourcePosition(file: path, line: 0, column: 0), message, hint: hint))
        }
        return findings
    }

    /// Folders directly below `environments/` of which nothing is used, and the candidates that are in none of them.
    private func foldersThatAreNoEnvironments(_ candidates: [String]) -> (outside: [String], findings: [Finding]) {
        func folder(_ path: String) -> String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "environments" ? "environments/\(parts[1])" : nil
        }
        let all = Set(layout.paths)
        var unused: [String: String] = [:]
        for path in candidates {
            guard let folder = folder(path), unused[folder] == nil, !all.contains("\(folder)/environment.yaml") else { continue }
            let isUsed = layout.paths.contains { $0.hasPrefix(folder + "/") && !environments(using: $0).isEmpty }
            if !isUsed { unused[folder] = path }
        }
        let findings = unused.sorted { $0.key < $1.key }.map { folder, path in
            Finding(
                .warning, .notAnEnvironment, at: SourcePosition(file: path, line: 0, column: 0),
                "\(folder) has no environment.yaml and no environment uses it, so nothing in it is deployed",
                hint: "add an environment.yaml, or remove the folder")
        }
        return (candidates.filter { folder($0).map { unused[$0] == nil } ?? true }, findings)
    }
}
