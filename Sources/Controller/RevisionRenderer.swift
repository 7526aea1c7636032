internal import Git
internal import Helm
internal import Kustomize

/// Renders the Environments of one Revision, and fetches on the way what remote bases they name.
struct RevisionRenderer: Sendable {
    typealias Results = [(name: String, result: Result<RenderedEnvironment, ControllerError>)]

    let mirror: Mirror
    let helm: HelmProgram
    let remotes: RemoteBases

    /// - Returns: one result an Environment, in the order of their names; and whether all of them will stay so: not when a host
    ///   did not answer that may answer later.
    func render(_ id: CommitID) async throws -> (results: Results, isFinal: Bool) {
        var results = try await pass(id, only: nil)
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
            for (name, result) in try await pass(id, only: names) {
                if let place = results.firstIndex(where: { $0.name == name }) { results[place].result = result }
            }
        }
        for place in results.indices {
            guard case .failure(let error) = results[place].result, let tree = error.neededTree, let failure = failures[tree] else {
                continue
            }
            results[place].result = .failure(error.unfetched(because: failure))
        }
        return (results, !failures.values.contains { $0.isTransient })
    }

    /// Each Environment has the deadline of a reading to itself: a chart that takes long must not make the next one fail.
    private func pass(_ id: CommitID, only names: [String]?) async throws -> Results {
        let names = if let names { names } else { try await read(id) { renderer in try renderer.environmentNames() } }
        var results: Results = []
        for name in names {
            let result = try await read(id) { renderer -> Result<RenderedEnvironment, ControllerError> in
                do throws(ControllerError) {
                    return .success(try renderer.render(name))
                } catch {
                    return .failure(error)
                }
            }
            results.append((name, result))
        }
        return results
    }

    private func read<Success: Sendable>(
        _ id: CommitID, _ body: @escaping @Sendable (RepositoryRenderer) throws -> Success
    ) async throws -> Success {
        try await mirror.withTree(at: id) { [helm, trees = remotes.trees] tree in
            try body(RepositoryRenderer(files: GitFiles(tree: tree), helm: helm, remotes: trees))
        }
    }
}

extension Result where Failure == ControllerError {
    fileprivate var neededTree: RemoteTree? {
        if case .failure(let error) = self { error.neededTree } else { nil }
    }
}
