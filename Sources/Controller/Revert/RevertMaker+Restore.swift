internal import Delivery
internal import Git

/// What is brought back, tried without a push.
extension RevertMaker {
    /// The files of one Environment.
    private struct Plan {
        var source: CommitID
        /// Whose content differs between the source and the head.
        var paths: [String]
        /// What the rendering of the source asked for, as it is there.
        var needed: [String: String]
    }

    /// - Returns: a commit in the mirror alone whose `paths` are as they shall be.
    func restore(
        _ requests: [Request], on head: CommitID, _ present: [String: EnvironmentOutcome]
    ) async throws -> (candidate: CommitID, paths: [String]) {
        let names = Set(requests.map(\.environment))
        let othersUse = present.filter { !names.contains($0.key) }.reduce(into: Set<String>()) { $0.formUnion($1.value.paths) }
        var tip = head
        var restored: Set<String> = []
        var earlier: [(request: Request, plan: Plan)] = []
        for request in requests {
            let name = request.environment
            guard let own = present[name] else {
                throw Refused(
                    "\(configuration.branch) has no environments/\(name) any more at \(head.short): it was removed or renamed since. Bring the folder back by hand, or lift the hold: slipway resume \(name)"
                )
            }
            let plan = try await plan(of: request, head: head, own: own, othersUse)
            for (other, theirs) in earlier { try requireAgreement(request, plan, other, theirs) }
            earlier.append((request, plan))
            let (candidate, paths) = try await probe(request, on: tip, head: head, plan)
            tip = candidate
            restored.formUnion(paths)
        }
        return (tip, restored.sorted())
    }

    private func plan(of request: Request, head: CommitID, own: EnvironmentOutcome, _ othersUse: Set<String>) async throws -> Plan {
        let (name, short) = (request.environment, request.target.short)
        guard let source = CommitID(request.target.id), try await mirror.holds(source) else {
            throw Refused("\(short), which runs, is not in the mirror of the repository any more, so its files are not known")
        }
        guard case .rendered(.success(let rendered), let inputs?) = try await renderer.render(source, only: name),
            try Self.digest(rendered) == request.bundle
        else {
            throw Refused(
                "\(short) does not render to what runs any more (another program, or a file behind a link takes part), so it is not known which files to bring back"
            )
        }
        let needed = Set(inputs.paths)
        // What came since goes with it, unless somebody else is made from it, too.
        let all = needed.union(own.paths.filter { !othersUse.contains($0) }).sorted()
        let (before, after) = (try await identities(of: all, at: source), try await identities(of: all, at: head))
        let asInSource = Dictionary(zip(all, before)) { first, _ in first }
        return Plan(
            source: source, paths: zip(all, zip(before, after)).filter { Self.differ($1.0, $1.1) }.map(\.0),
            needed: asInSource.filter { needed.contains($0.key) })
    }

    /// A folder is what is in it, and each file of it that counts is here by itself.
    private static func differ(_ one: String, _ other: String) -> Bool { one != other && Set([one, other]) != ["directory", "nothing"] }

    private func identities(of paths: [String], at id: CommitID) async throws -> [String] {
        try await mirror.withTree(at: id) { tree in
            let files = GitFiles(tree: tree)
            return try paths.map { try files.identity(of: $0) }
        }
    }

    private func requireAgreement(_ request: Request, _ plan: Plan, _ other: Request, _ theirs: Plan) throws(Refused) {
        let contradictory = plan.needed.filter { path, identity in
            theirs.needed[path].map { Self.differ(identity, $0) } ?? false
        }.keys.sorted()
        guard !contradictory.isEmpty else { return }
        let more = contradictory.count > 5 ? " and \(contradictory.count - 5) more" : ""
        throw Refused(
            "\(other.environment) runs \(other.target.short) and \(request.environment) runs \(request.target.short), and both are made from \(contradictory.prefix(5).joined(separator: ", "))\(more), which differs between these: one commit cannot hold both. Roll one of them back to the other's revision first (slipway rollback \(request.environment) --to \(other.target.short) --commit), or revert by hand"
        )
    }

    /// The policy stays as it is in the head wherever the objects do not depend on it: rules that were made stricter since must not
    /// loosen by the way.
    private func probe(
        _ request: Request, on tip: CommitID, head: CommitID, _ plan: Plan
    ) async throws -> (candidate: CommitID, paths: [String]) {
        let policyPath = RepositoryRenderer.policyPath(request.environment)
        var why = "nothing differs in the files that it is made from"
        for paths in [plan.paths.filter { $0 != policyPath }, plan.paths] where !paths.isEmpty {
            // What another one needs may be all that this one does.
            let candidate = try await mirror.commit(draft(on: tip, from: plan.source, paths)) ?? tip
            switch try await renderer.render(candidate, only: request.environment) {
            case .rendered(.success(let rendered), _):
                if try Self.digest(rendered) == request.bundle { return (candidate, paths) }
                why = "it renders to something else"
            case .rendered(.failure(let error), _): why = error.message
            case .unchanged: break
            }
        }
        throw Refused(
            "the files of \(request.target.short) on top of \(head.short) do not give what runs in \(request.environment): \(why.prefix(Limits.errorCharacters / 4)). Revert by hand"
        )
    }
}

extension EnvironmentOutcome {
    /// All files that its rendering asked for, as far as they are known.
    fileprivate var paths: [String] {
        switch self {
        case .rendered(_, let inputs?): inputs.paths
        case .unchanged(let known): known.inputs.paths
        case .rendered(_, nil): []
        }
    }
}
