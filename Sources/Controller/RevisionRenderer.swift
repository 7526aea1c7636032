internal import Git
internal import Helm
internal import Kustomize

/// Renders the Environments of one Revision, and fetches on the way what remote bases they name.
struct RevisionRenderer: Sendable {
    typealias Results = [(name: String, result: EnvironmentOutcome)]

    let mirror: Mirror
    let helm: HelmProgram
    let remotes: RemoteBases

    /// - Returns: one result an Environment, in the order of their names; and whether all of them will stay so: not when a host
    ///   did not answer that may answer later.
    ///
    /// - Parameter known: what Environments rendered to before; it stands where nothing of it has changed.
    func render(_ id: CommitID, known: [String: KnownRendering]) async throws -> (results: Results, isFinal: Bool) {
        var results = try await pass(id, only: nil, known)
        var failures: [RemoteTree: GitError] = [:]
        var fetched: Set<RemoteTree> = []
        while fetched.count + failures.count < Limits.remoteFetches * Limits.environments {
            let missing = Set(results.compactMap(\.result.neededTree)).filter { failures[$0] == nil && !fetched.contains($0) }
            if missing.isEmpty { break }
            for tree in missing.sorted(by: { ($0.url, $0.commit) < ($1.url, $1.commit) }) {
                // A host that is silent costs its deadline once, and not for each of its commits.
                if let earlier = failures.first(where: { $0.key.url == tree.url && $0.value.isTransient }) {
                    failures[tree] = earlier.value
                    continue
                }
                do throws(GitError) {
                    try await remotes.fetch(tree)
                    fetched.insert(tree)
                } catch {
                    if Task.isCancelled { throw CancellationError() }
                    failures[tree] = error
                }
            }
            let names = results.filter { $0.result.neededTree.map(fetched.contains) ?? false }.map(\.name)
            for (name, result) in try await pass(id, only: names, known) {
                if let place = results.firstIndex(where: { $0.name == name }) { results[place].result = result }
            }
        }
        for place in results.indices {
            guard case .rendered(.failure(let error), let inputs) = results[place].result, let tree = error.neededTree,
                let failure = failures[tree]
            else { continue }
            results[place].result = .rendered(.failure(error.unfetched(because: failure)), inputs: inputs)
        }
        return (results, !failures.values.contains { $0.isTransient })
    }

    /// One Environment, whatever was known of it.
    func render(_ id: CommitID, only name: String) async throws -> EnvironmentOutcome {
        try await read(id) { files in
            EnvironmentOutcome.of(files, known: nil) { files throws(ControllerError) in try renderer(files).render(name) }
        }
    }

    /// Each Environment has the deadline of a reading to itself: a chart that takes long must not make the next one fail.
    private func pass(
        _ id: CommitID, only names: [String]?, _ known: [String: KnownRendering]
    ) async throws -> Results {
        let names = if let names { names } else { try await read(id) { files in try renderer(files).environmentNames() } }
        var results: Results = []
        for name in names {
            let result = try await read(id) { files in
                EnvironmentOutcome.of(files, known: known[name]) { files throws(ControllerError) in try renderer(files).render(name) }
            }
            results.append((name, result))
        }
        return results
    }

    private func read<Success: Sendable>(
        _ id: CommitID, _ body: @escaping @Sendable (GitFiles) throws -> Success
    ) async throws -> Success {
        try await mirror.withTree(at: id) { tree in try body(GitFiles(tree: tree)) }
    }

    private func renderer(_ files: any FileProvider) -> RepositoryRenderer {
        RepositoryRenderer(files: files, helm: helm, remotes: remotes.trees)
    }
}
