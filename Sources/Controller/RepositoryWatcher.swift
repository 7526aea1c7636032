package import Delivery
internal import Git
internal import Journal
internal import Kustomize
internal import Logging
internal import Manifests

/// Looks at the remote, fetches what is new, renders every Environment of it and stores that. What happens with it is the lanes' business.
package actor RepositoryWatcher {
    package struct Status: Sendable {
        package var head: Revision?
        package var lastSync: Timestamp?
        /// What is wrong with the remote now; `nil` while it answers.
        package var problem: String?
        package var problemSince: Timestamp?
        /// What is worth knowing of the present head, such as that the branch was rewritten to get there.
        package var notice: String?
    }

    package private(set) var status = Status()
    private let mirror: Mirror
    private let configuration: ControllerConfiguration.Repository
    private let policy: CommitPolicy
    private let renderer: RevisionRenderer
    private let journal: Journal
    private let clock: ControllerClock
    private let logger: Logger
    private let metrics: ControllerMetrics
    private let signal = WakeSignal()
    private let revisionSeen: @Sendable ([String]) async -> Void
    private var lastHead: CommitID?
    /// By Environment, as of the last Revision.
    private var renderings: [String: KnownRendering] = [:]

    init(
        mirror: Mirror, policy: CommitPolicy, renderer: RevisionRenderer, configuration: ControllerConfiguration.Repository,
        journal: Journal,
        clock: ControllerClock, logger: Logger,
        metrics: ControllerMetrics, revisionSeen: @escaping @Sendable ([String]) async -> Void
    ) {
        self.mirror = mirror
        self.policy = policy
        self.configuration = configuration
        self.renderer = renderer
        self.journal = journal
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
        self.revisionSeen = revisionSeen
    }

    /// Looks at once instead of at the next poll.
    nonisolated package func notify() { signal.set() }

    package func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await look()
                failures = 0
                problemSolved()
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                problem(error)
            }
            await signal.wait(atMost: pause(after: failures))
        }
    }

    /// The poll interval give or take a tenth; errors are tried again sooner at first, later when they last.
    private func pause(after failures: Int) -> Duration {
        let base =
            failures == 0 ? configuration.pollInterval : min(configuration.pollInterval * 2, Limits.retryFirst * (1 << min(failures, 8)))
        return base * (0.9 + clock.random() / 5)
    }

    private func look() async throws {
        let head: CommitID
        switch try await mirror.remoteHead() {
        case .commit(let id): head = id
        case .emptyRepository:
            throw ControllerError(
                .repository, "\(redactedURL) is empty: it has no commit yet. Push one to \(configuration.branch); it is seen by itself")
        case .branchMissing(let available):
            let others = available.isEmpty ? "it has no branches" : "it has \(available.prefix(5).joined(separator: ", "))"
            throw ControllerError(
                .repository,
                "\(redactedURL) has no branch \(configuration.branch) (\(others)). What is deployed stays; the branch is seen when it is back"
            )
        }
        metrics.synced(outcome: "ok", at: clock.now())
        status.lastSync = clock.now()
        if head == lastHead {
            guard try await policy.isDueAgain(head) else { return }
        }
        let fetched = try await mirror.fetch()
        status.notice = nil
        if fetched.isForced, let previous = fetched.previous {
            status.notice =
                "the branch \(configuration.branch) was rewritten: \(fetched.head.short) does not descend from \(previous.short); what it renders to is deployed like any other revision"
            logger.warning(
                "the branch was rewritten: its new head does not descend from the last one",
                metadata: ["branch": "\(configuration.branch)", "was": "\(previous)", "is": "\(fetched.head)"])
        }
        if let refusal = try await policy.judge(fetched.head) {
            try await refuse(fetched.head, refusal)
        } else {
            try await record(fetched.head)
        }
        lastHead = fetched.head
    }

    /// Records that a Revision was seen and is never deployed. What runs, and what was taken before, is not disturbed.
    private func refuse(_ id: CommitID, _ refusal: CommitPolicy.Refusal) async throws {
        let reason = refusal.reason
        let revision = Revision(try await mirror.commit(id))
        status.head = revision
        status.notice = "revision \(revision.short) is refused by the commit policy: \(reason)"
        logger.error(
            "the commit policy refuses the revision; what runs is not disturbed",
            metadata: ["revision": "\(revision.short)", "subject": "\(revision.subject)", "reason": "\(reason)"])
        let names = try await journal.renderedEnvironments()
        let (renderings, audit) = try await RefusedRevision.change(
            revision, of: names, because: "the commit policy refuses it: \(reason)", keepingBundles: refusal.isOfBranch, in: journal,
            at: clock.now())
        for rendering in renderings {
            metrics.rendered(rendering.environment, outcome: "refused")
            try await journal.recordRendering(rendering)
        }
        if !audit.isEmpty { try await journal.commit(audit) }
        await revisionSeen(names)
    }

    /// Renders each Environment of a Revision and stores the Bundle or the error. One that is broken disturbs no other.
    private func record(_ id: CommitID) async throws {
        let commit = try await mirror.commit(id)
        let revision = Revision(commit)
        status.head = revision
        logger.info(
            "new revision", metadata: ["revision": "\(revision.short)", "subject": "\(revision.subject)", "author": "\(revision.author)"])
        let (results, isFinal) = try await renderer.render(id, known: renderings)
        let graphProblem = graphProblem(of: results.map(\.result))
        renderings = renderings.filter { name, _ in results.contains { $0.name == name } }
        for (name, result) in results {
            var outcome: StoredRendering.Outcome
            if let graphProblem {
                outcome = .failed(message: graphProblem)
            } else {
                outcome = try await store(result, of: name, revision)
            }
            if let known = try await known(revision, in: name, renders: outcome) { outcome = known }
            try await journal.recordRendering(
                StoredRendering(
                    environment: name, revision: revision, outcome: outcome, renderedWith: result.renderedWith, at: clock.now()))
        }
        await revisionSeen(results.map(\.name))
        guard isFinal else {
            throw ControllerError(
                .repository, "revision \(revision.short) names remote bases whose hosts do not answer; it is rendered again when they do")
        }
    }

    /// What a Revision rendered to once stays what it is: another Helm, or one that is missing after a restart, is no change of what was
    /// merged, and must neither deploy anything nor take the tests and the policy away from what is under way.
    private func known(
        _ revision: Revision, in name: String, renders outcome: StoredRendering.Outcome
    ) async throws -> StoredRendering.Outcome? {
        guard let known = try await journal.rendering(environment: name, revisionID: revision.id)?.outcome, known != outcome,
            case .bundle(let digest, _, _) = known
        else { return nil }
        let now =
            if case .failed(let message) = outcome { "cannot be rendered any more: \(message)" } else { "renders to something else now" }
        logger.warning(
            "the revision is known already; what it rendered to then stays",
            metadata: ["environment": "\(name)", "revision": "\(revision.short)", "bundle": "\(digest.prefix(12))", "now": "\(now)"])
        if var remembered = renderings[name] {
            remembered.outcome = known
            // What failed now is tried again with the next Revision.
            renderings[name] = if case .failed = outcome { nil } else { remembered }
        }
        return known
    }

    /// Stores the Bundle of an Environment that was rendered, and remembers what it was made from.
    private func store(
        _ result: EnvironmentOutcome, of name: String, _ revision: Revision
    ) async throws -> StoredRendering.Outcome {
        let outcome: StoredRendering.Outcome
        let newInputs: RenderInputs?
        switch result {
        case .unchanged(let known):
            metrics.rendered(name, outcome: "unchanged")
            return known.outcome
        case .rendered(.success(let rendered), let inputs):
            metrics.rendered(name, outcome: "rendered")
            let digest = try await journal.storeBundle(objects: rendered.objects)
            outcome = .bundle(digest: digest, policy: rendered.policyDocument, smokeTests: rendered.smokeTestDocuments)
            newInputs = inputs
        case .rendered(.failure(let error), let inputs):
            metrics.rendered(name, outcome: "failed")
            let message = String(error.message.prefix(Limits.errorCharacters))
            logger.error(
                "the revision cannot be rendered and is left out; what runs is not disturbed",
                metadata: ["environment": "\(name)", "revision": "\(revision.short)", "error": "\(message)"])
            outcome = .failed(message: message)
            newInputs = inputs
        }
        renderings[name] = newInputs.map {
            KnownRendering(inputs: $0, outcome: outcome, policy: result.policy, renderedWith: result.renderedWith)
        }
        return outcome
    }

    private func graphProblem(of results: [EnvironmentOutcome]) -> String? {
        let policies = results.compactMap(\.policy)
        // A graph with a hole in it cannot be judged; the hole has its own error.
        guard policies.count == results.count else { return nil }
        let problems = PromotionGraph.check(policies)
        return problems.isEmpty ? nil : problems.map(\.description).joined(separator: "\n")
    }

    private var redactedURL: String { Redacted.url(configuration.url) }

    private func problem(_ error: any Error) {
        let message = "\(error)"
        metrics.synced(outcome: "error", at: clock.now())
        if status.problem != message {
            logger.warning("the repository cannot be followed; it is tried again", metadata: ["error": "\(message)"])
            status.problemSince = clock.now()
        }
        status.problem = message
    }

    private func problemSolved() {
        guard status.problem != nil else { return }
        logger.info("the repository answers again")
        status.problem = nil
        status.problemSince = nil
    }
}

extension Revision {
    init(_ commit: Commit) {
        self.init(
            id: "\(commit.id)", subject: commit.subject, author: commit.authorName,
            committedAt: Timestamp(milliseconds: commit.committedAt * 1000))
    }
}
