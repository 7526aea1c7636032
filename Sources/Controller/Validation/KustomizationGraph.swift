internal import Kustomize

/// The kustomizations of a repository and which Environments come by each.
struct KustomizationGraph {
    /// By folder.
    private(set) var reports: [String: KustomizationReport] = [:]
    /// The Environments that reach a folder.
    private var users: [String: Set<String>] = [:]
    /// The Environments whose kustomizations read a file.
    private var readers: [String: Set<String>] = [:]

    /// - Parameters:
    ///   - environments: names and folders.
    ///   - others: folders with a kustomization that are looked at even when no Environment reaches them.
    init(survey: KustomizationSurvey, environments: [(name: String, folder: String)], others: [String]) {
        for (name, folder) in environments { reach(folder, for: name, survey) }
        for folder in others where reports[folder] == nil { reports[folder] = survey.report(on: folder) }
        for (folder, report) in reports {
            let users = users[folder] ?? []
            for file in report.files { readers[file, default: []].formUnion(users) }
        }
    }

    private mutating func reach(_ folder: String, for name: String, _ survey: KustomizationSurvey) {
        var waiting = [folder]
        while let next = waiting.popLast() {
            guard users[next, default: []].insert(name).inserted else { continue }
            let report = reports[next] ?? survey.report(on: next)
            reports[next] = report
            waiting += report.folders
        }
    }

    func environments(of folder: String) -> [String] { (users[folder] ?? []).sorted() }
    func environments(reading file: String) -> Set<String> { readers[file] ?? [] }

    /// Files that generators take as bytes, and nobody as YAML.
    var dataFiles: Set<String> {
        let data = reports.values.reduce(into: Set<String>()) { $0.formUnion($1.dataFiles) }
        let others = reports.values.reduce(into: Set<String>()) { $0.formUnion($1.files.subtracting($1.dataFiles)) }
        return data.subtracting(others)
    }
}
