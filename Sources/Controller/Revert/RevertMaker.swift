internal import Delivery
internal import Foundation
internal import Git
internal import Journal
internal import Manifests

/// Brings an Environment back in the branch: a commit on top of its present head, and a push that only goes forward.
///
/// What is brought back is found by rendering: all files that the Environment is made from, in the Revision that is to come back and in the
/// head. The commit is rendered before it is pushed, for every Environment: it has to give this one exactly the Bundle that runs, and no
/// other one anything new unless that was asked for.
struct RevertMaker: Sendable {
    struct Request: Sendable {
        var environment: String
        /// What runs, and a Revision that renders to it.
        var bundle: String
        var target: Revision
        var from: Revision?
        var release: Int64?
        var revert: Revert
    }

    struct Made: Sendable, Hashable {
        var commit: CommitID
        /// For the record.
        var outcome: String
    }

    /// Why there is no commit, and what to do.
    struct Refused: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    let mirror: Mirror
    let renderer: RevisionRenderer
    let policy: CommitPolicy
    let configuration: ControllerConfiguration.Repository
    let clock: ControllerClock
    /// Whether who asks may roll back there.
    let mayRollBack: @Sendable (Actor, _ environment: String) async throws -> Bool

    func make(_ request: Request) async throws -> Made {
        let end = ContinuousClock.now + Limits.revertDeadline
        for _ in 0..<Limits.revertTries where ContinuousClock.now < end {
            if let made = try await attempt(request) { return made }
        }
        throw Refused("somebody else pushed to \(configuration.branch) at the same time, again and again")
    }

    /// `nil` when somebody else was faster.
    private func attempt(_ request: Request) async throws -> Made? {
        let name = request.environment
        let head = try await fetchedHead()
        if let refusal = try await policy.judge(head) {
            throw Refused("\(configuration.branch) is at \(head.short), which the commit policy refuses: \(refusal.reason)")
        }
        let (present, _) = try await renderer.render(head, known: [:])
        let own = present.first { $0.name == name }?.result
        if try own?.rendered.map(Self.digest) == request.bundle {
            return Made(commit: head, outcome: "\(head.short) of \(configuration.branch) renders to it already")
        }
        let plan = try await paths(of: request, head: head, own: own)
        let (candidate, paths) = try await probe(request, head: head, plan)
        let others = try await othersChanged(by: candidate, among: present, besides: name)
        try await requireAllowed(others, for: request, paths: paths, among: present)

        var draft = draft(request, on: head, from: plan.source, paths)
        draft.message = RevertMessage(request, head: head, paths: paths, others: others).text
        draft.signingKey = configuration.revertCommits.signingKeyFile
        guard let commit = try await mirror.commit(draft) else { return nil }
        if let reason = try await policy.signatureRefusal(of: commit) {
            throw Refused("the commit would not pass this controller's own commit policy: \(reason)")
        }
        guard try await mirror.push(commit, over: head) == .pushed else { return nil }
        let with = others.isEmpty ? "" : ", which changes \(others.joined(separator: ", ")) too"
        return Made(commit: commit, outcome: "\(paths.count) files as in \(request.target.short), on top of \(head.short)\(with)")
    }

    /// The watcher may be fetching at the same moment.
    private func fetchedHead() async throws -> CommitID {
        for _ in 0..<Limits.revertFetchTries {
            do throws(GitError) {
                return try await mirror.fetch().head
            } catch {
                guard error.code == .busy else { throw error }
            }
            try await Task.sleep(for: Limits.revertPoll)
        }
        return try await mirror.fetch().head
    }

    // MARK: What is brought back

    private struct Plan {
        var source: CommitID
        /// Whose content differs between the source and the head.
        var paths: [String]
    }

    private func paths(of request: Request, head: CommitID, own: EnvironmentOutcome?) async throws -> Plan {
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
        var asked = Set(inputs.paths)
        let now = if let own { own } else { try await renderer.render(head, only: name) }
        if case .rendered(_, let inputs?) = now { asked.formUnion(inputs.paths) }
        let all = asked.sorted()
        let (before, after) = (try await identities(of: all, at: source), try await identities(of: all, at: head))
        let differing = zip(all, zip(before, after)).filter { _, pair in
            // A folder is what is in it, and each file of it that counts is here by itself.
            pair.0 != pair.1 && Set([pair.0, pair.1]) != ["directory", "nothing"]
        }
        return Plan(source: source, paths: differing.map(\.0))
    }

    private func identities(of paths: [String], at id: CommitID) async throws -> [String] {
        try await mirror.withTree(at: id) { tree in
            let files = GitFiles(tree: tree)
            return try paths.map { try files.identity(of: $0) }
        }
    }

    /// The policy stays as it is in the head wherever the objects do not depend on it: rules that were made stricter since must not
    /// loosen by the way.
    private func probe(_ request: Request, head: CommitID, _ plan: Plan) async throws -> (CommitID, [String]) {
        let policyPath = RepositoryRenderer.policyPath(request.environment)
        var why = "nothing differs in the files that it is made from"
        for paths in [plan.paths.filter { $0 != policyPath }, plan.paths] where !paths.isEmpty {
            guard let candidate = try await mirror.commit(draft(request, on: head, from: plan.source, paths)) else { continue }
            switch try await renderer.render(candidate, only: request.environment) {
            case .rendered(.success(let rendered), _):
                if try Self.digest(rendered) == request.bundle { return (candidate, paths) }
                why = "it renders to something else"
            case .rendered(.failure(let error), _): why = error.message
            case .unchanged: break
            }
        }
        throw Refused(
            "the files of \(request.target.short) on top of \(head.short) do not give what runs: \(why.prefix(Limits.errorCharacters / 4)). Revert by hand"
        )
    }

    private func draft(_ request: Request, on head: CommitID, from source: CommitID, _ paths: [String]) -> CommitDraft {
        CommitDraft(
            base: head, source: source, paths: paths, message: "probe", identity: configuration.revertCommits.identity,
            at: clock.now().milliseconds / 1000)
    }

    // MARK: Other Environments

    private func othersChanged(
        by candidate: CommitID, among present: RevisionRenderer.Results, besides name: String
    ) async throws -> [String] {
        var known: [String: KnownRendering] = [:]
        var before: [String: String] = [:]
        for (other, result) in present {
            before[other] = try Self.fingerprint(result)
            if case .rendered(_, let inputs?) = result {
                known[other] = KnownRendering(
                    inputs: inputs, outcome: .failed(message: ""), policy: result.policy, renderedWith: result.renderedWith)
            }
        }
        var changed: [String] = []
        for (other, result) in try await renderer.render(candidate, known: known).results where other != name {
            if case .unchanged = result { continue }
            if try Self.fingerprint(result) != before[other] { changed.append(other) }
        }
        return changed
    }

    private func requireAllowed(
        _ others: [String], for request: Request, paths: [String], among present: RevisionRenderer.Results
    ) async throws {
        guard !others.isEmpty else { return }
        let list = others.joined(separator: ", ")
        guard request.revert.includesShared else {
            let theirs = present.filter { others.contains($0.name) }.reduce(into: Set<String>()) { paths, entry in
                if case .rendered(_, let inputs?) = entry.result { paths.formUnion(inputs.paths) }
            }
            let shared = paths.filter(theirs.contains)
            let more = shared.count > 5 ? " and \(shared.count - 5) more" : ""
            throw Refused(
                "\(shared.prefix(5).joined(separator: ", "))\(more) would go back, and \(list) with it, which is made from the same files. If that is meant: slipway revert \(request.environment) --include-shared"
            )
        }
        for other in others where try await !mayRollBack(request.revert.by, other) {
            throw Refused("it would change \(list) too, and \(request.revert.by.name) may not roll back \(other)")
        }
    }

    private static func digest(_ rendered: RenderedEnvironment) throws -> String { try BundleDigest.digest(of: rendered.objects) }

    /// All that an Environment is, or that it cannot be rendered.
    private static func fingerprint(_ outcome: EnvironmentOutcome) throws -> String {
        guard let rendered = outcome.rendered else { return "not rendered" }
        let rest: Value = ["policy": rendered.policyDocument, "smokeTests": .array(rendered.smokeTestDocuments)]
        return try digest(rendered) + JSON.string(rest, sortedKeys: true)
    }
}
