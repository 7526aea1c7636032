internal import Delivery
package import Kustomize
internal import Manifests
internal import YAML

/// Checks a whole repository: every document, every kustomization, every Environment and what they are to each other. Each check stands
/// for itself, so that one run finds all that can be found.
package struct RepositoryValidator: Sendable {
    private let files: any FileProvider
    private let makeRenderer: @Sendable (any FileProvider) -> RepositoryRenderer

    /// - Parameter makeRenderer: renders what is in the files that it is given, with the programs and hosts that may be used.
    package init(
        files: any FileProvider,
        makeRenderer: @escaping @Sendable (any FileProvider) -> RepositoryRenderer = { RepositoryRenderer(files: $0) }
    ) {
        self.files = files
        self.makeRenderer = makeRenderer
    }

    /// - Parameter environment: only what concerns this Environment; all when `nil`.
    /// - Throws: `ControllerError.repository` when the repository or the Environment is not there.
    package func validate(only environment: String? = nil) throws(ControllerError) -> RepositoryCheck {
        let names = try RepositoryRenderer(files: files).environmentNames()
        if let environment, !names.contains(environment) { throw RepositoryRenderer.unknownEnvironment(environment, among: names) }
        var check = RepositoryCheck(files: files)
        let chosen = names.filter { environment == nil || $0 == environment }
        var policies: [EnvironmentPolicy] = []
        var reads: [String: Set<String>] = [:]
        for name in names {
            let recording = ReadPaths(files)
            let renderer = makeRenderer(recording)
            guard chosen.contains(name) else {
                // The others are only needed to judge how this one comes after them.
                policies.append((try? renderer.policy(name).0) ?? Self.placeholder(name))
                continue
            }
            let result = renderer.check(name)
            policies.append(result.policy ?? Self.placeholder(name))
            for finding in result.findings { check.add(finding, [name]) }
            check.renderings.append((name, result.rendering))
            if let tree = result.neededTree { check.neededTrees.insert(tree) }
            for path in recording.read { reads[path, default: []].insert(name) }
        }
        addPromotion(policies, chosen, &check)
        try addFiles(chosen, isWhole: environment == nil, reads, &check)
        return check
    }

    /// Stands for an Environment whose policy cannot be read: it is there, and deploys to a place of its own.
    private static func placeholder(_ name: String) -> EnvironmentPolicy {
        EnvironmentPolicy(name: name, target: .init(namespace: "?\(name)"))
    }

    private func addPromotion(_ policies: [EnvironmentPolicy], _ chosen: [String], _ check: inout RepositoryCheck) {
        for problem in PromotionGraph.check(policies) where chosen.contains(problem.environment) {
            let path = RepositoryRenderer.policyPath(problem.environment)
            check.add(
                Finding(.error, .promotion, at: check.position(of: problem.path, in: path), subject: problem.path.text, problem.message),
                [problem.environment])
        }
    }

    /// What can be said of files and kustomizations one by one.
    private func addFiles(
        _ names: [String], isWhole: Bool, _ reads: [String: Set<String>], _ check: inout RepositoryCheck
    ) throws(ControllerError) {
        let layout: LayoutWalk
        do { layout = try LayoutWalk(files) } catch {
            throw ControllerError(.repository, "the repository cannot be read: \(error)")
        }
        let graph = KustomizationGraph(
            survey: KustomizationSurvey(files: files, yaml: .libyaml), environments: names.map { ($0, "environments/\($0)") },
            others: isWhole ? layout.kustomizationFolders : [])
        for (folder, report) in graph.reports {
            for problem in report.problems { check.add(Finding(problem), graph.environments(of: folder)) }
        }
        let usage = FileUsage(layout: layout, graph: graph, reads: reads)
        for path in usage.documents {
            let users = usage.environments(using: path)
            if isWhole || !users.isEmpty { check.addDocuments(of: path, users) }
        }
        guard isWhole else { return }
        for finding in usage.unused { check.add(finding, []) }
        for link in layout.links {
            let place = SourcePosition(file: link, line: 0, column: 0)
            check.add(
                Finding(
                    .warning, .link, at: place, "is a symbolic link or a submodule; these are not followed, so it is not there for Slipway",
                    hint: "put the files themselves there"), [])
        }
        if layout.isCut {
            let place = SourcePosition(file: "environments", line: 0, column: 0)
            check.add(Finding(.warning, .tooMuch, at: place, "only the first \(Limits.layoutFiles) files are looked at"), [])
        }
    }
}
