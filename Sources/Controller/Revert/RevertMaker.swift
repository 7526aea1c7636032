internal import Delivery
internal import Foundation
internal import Git
internal import Journal
internal import Manifests

/// Brings Environments back in the branch: a commit on top of its present head, and a push that only goes forward.
///
/// What is brought back is found by rendering: all files that an Environment is made from, in the Revision that is to come back and in the
/// head. The commit is rendered before it is pushed, for every Environment: it has to give these exactly the Bundles that run, and no
/// other one anything new unless that was asked for.
struct RevertMaker: Sendable {
    struct Request: Sendable {
        var environment: String
        /// What runs, and a Revision that renders to it.
        var bundle: String
        var target: Revision
        var from: Revision?
        var release: Int64?
    }

    /// What one commit brings back.
    struct Order: Sendable {
        var requests: [Request]
        var revert: Revert
        var names: [String] { requests.map(\.environment) }
        var list: String { names.joined(separator: ", ") }
        /// How to ask for it, in words to type.
        var again: String {
            guard let group = revert.group, Set(group.members) == Set(names) else { return "slipway revert \(names.first ?? "")" }
            return "slipway revert \(group.name) --group"
        }
    }

    struct Made: Sendable, Hashable {
        var commit: CommitID
        /// For the record.
        var outcome: String
    }

    /// Why there is no commit, and what to do.
    struct Refused: Error, CustomStringConvertible {
        var description: String
        /// Nobody has to do anything about it.
        var isTransient: Bool
        init(_ description: String, isTransient: Bool = false) {
            self.description = description
            self.isTransient = isTransient
        }
    }

    let mirror: Mirror
    let renderer: RevisionRenderer
    let policy: CommitPolicy
    let configuration: ControllerConfiguration.Repository
    let clock: ControllerClock
    /// Whether who asks may roll back there.
    let mayRollBack: @Sendable (Actor, _ environment: String) async throws -> Bool

    /// - Parameter isWanted: asked last of all, before the push.
    /// - Returns: `nil` when it is not wanted any more.
    func make(_ order: Order, isWanted: () async throws -> Bool) async throws -> Made? {
        let end = ContinuousClock.now + Limits.revertDeadline
        for _ in 0..<Limits.revertTries where ContinuousClock.now < end {
            switch try await attempt(order, isWanted) {
            case .made(let made): return made
            case .unwanted: return nil
            case .overtaken: continue
            }
        }
        throw Refused("somebody else pushed to \(configuration.branch) at the same time, again and again", isTransient: true)
    }

    private enum Attempt {
        case made(Made)
        case unwanted
        /// Somebody else was faster.
        case overtaken
    }

    private func attempt(_ order: Order, _ isWanted: () async throws -> Bool) async throws -> Attempt {
        let head = try await fetchedHead()
        if let refusal = try await policy.judge(head) {
            throw Refused("\(configuration.branch) is at \(head.short), which the commit policy refuses: \(refusal.reason)")
        }
        let present = try await rendered(head, known: [:])
        let outcomes = Dictionary(present) { first, _ in first }
        let behind = try order.requests.filter { try outcomes[$0.environment]?.rendered.map(Self.digest) != $0.bundle }
        if behind.isEmpty {
            return .made(Made(commit: head, outcome: "\(head.short) of \(configuration.branch) renders to it already"))
        }
        let (candidate, paths) = try await restore(behind, on: head, outcomes)
        let others = try await othersChanged(by: candidate, among: present, outcomes, for: order)
        try await requireAllowed(others, for: order, paths: paths, among: present)

        var draft = draft(on: head, from: candidate, paths)
        draft.message = RevertMessage(order, head: head, paths: paths, others: others).text
        draft.signingKey = configuration.revertCommits.signingKeyFile
        guard let commit = try await mirror.commit(draft) else { return .overtaken }
        if let reason = try await policy.signatureRefusal(of: commit) {
            throw Refused("the commit would not pass this controller's own commit policy: \(reason)")
        }
        guard try await isWanted() else { return .unwanted }
        guard try await mirror.push(commit, over: head) == .pushed else { return .overtaken }
        let with = others.isEmpty ? "" : ", which changes \(others.joined(separator: ", ")) too"
        let targets =
            order.requests.count == 1
            ? order.requests[0].target.short : order.requests.map { "\($0.target.short) (\($0.environment))" }.joined(separator: ", ")
        return .made(Made(commit: commit, outcome: "\(paths.count) files as in \(targets), on top of \(head.short)\(with)"))
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

    /// What one Environment is made from cannot be told while another host does not say what it has.
    private func rendered(_ id: CommitID, known: [String: KnownRendering]) async throws -> RevisionRenderer.Results {
        let (results, isFinal) = try await renderer.render(id, known: known)
        guard isFinal else {
            throw Refused("\(id.short) names remote bases whose hosts do not answer, so what it renders to is not known", isTransient: true)
        }
        return results
    }

    func draft(on base: CommitID, from source: CommitID, _ paths: [String]) -> CommitDraft {
        CommitDraft(
            base: base, source: source, paths: paths, message: "probe", identity: configuration.revertCommits.identity,
            at: clock.now().milliseconds / 1000)
    }

    // MARK: Other Environments

    /// - Throws: `Refused` when one that is to come back does not, for what another one needs.
    private func othersChanged(
        by candidate: CommitID, among present: RevisionRenderer.Results, _ outcomes: [String: EnvironmentOutcome], for order: Order
    ) async throws -> [String] {
        var known: [String: KnownRendering] = [:]
        for (other, result) in present {
            if case .rendered(_, let inputs?) = result {
                known[other] = KnownRendering(
                    inputs: inputs, outcome: .failed(message: ""), policy: result.policy, renderedWith: result.renderedWith)
            }
        }
        var changed: [String] = []
        for (other, result) in try await rendered(candidate, known: known) {
            let before = outcomes[other]
            var after = result
            if case .unchanged = result, let before { after = before }
            if let request = order.requests.first(where: { $0.environment == other }) {
                if try after.rendered.map(Self.digest) == request.bundle { continue }
                throw Refused(
                    "\(order.list) cannot come back by one commit: with the files that the others need, \(other) does not render to what runs. Revert one by one, or by hand"
                )
            }
            if case .unchanged = result { continue }
            if before?.rendered != nil, case .rendered(.failure(let error), _) = after {
                throw Refused(
                    "\(other) could not be rendered any more with it: \(error.message.prefix(Limits.errorCharacters / 4)). Revert by hand")
            }
            if try before.map(Self.fingerprint) != Self.fingerprint(after) { changed.append(other) }
        }
        return changed
    }

    private func requireAllowed(
        _ others: [String], for order: Order, paths: [String], among present: RevisionRenderer.Results
    ) async throws {
        guard !others.isEmpty else { return }
        let (list, revert) = (others.joined(separator: ", "), order.revert)
        guard revert.includesShared else {
            let theirs = present.filter { others.contains($0.name) }.reduce(into: Set<String>()) { paths, entry in
                if case .rendered(_, let inputs?) = entry.result { paths.formUnion(inputs.paths) }
            }
            let shared = paths.filter(theirs.contains)
            let more = shared.count > 5 ? " and \(shared.count - 5) more" : ""
            throw Refused(
                "\(shared.prefix(5).joined(separator: ", "))\(more) would go back, and \(list) with it, which is made from the same files. If that is meant: \(order.again) --include-shared"
            )
        }
        for other in others where try await !mayRollBack(revert.by, other) {
            throw Refused("it would change \(list) too, and \(revert.by.name) may not roll back \(other)")
        }
    }

    static func digest(_ rendered: RenderedEnvironment) throws -> String { try BundleDigest.digest(of: rendered.objects) }

    /// All that an Environment is, or that it cannot be rendered.
    private static func fingerprint(_ outcome: EnvironmentOutcome) throws -> String {
        guard let rendered = outcome.rendered else { return "not rendered" }
        let rest: Value = ["policy": rendered.policyDocument, "smokeTests": .array(rendered.smokeTestDocuments)]
        return try digest(rendered) + JSON.string(rest, sortedKeys: true)
    }
}
