import LocalCluster
import Manifests
import Synchronization
import TestSupport
import Testing

/// When the remote goes away.
struct GitOutage: Sendable, CustomStringConvertible {
    var story: GitOutageStory.Kind
    /// Of the second version's Release, or of the rollback by hand.
    var phase: String
    /// Whether the controller is killed then, and started again.
    var restarts: Bool
    /// Writes to the cluster take long until then: else the phase is over before anybody sees it.
    var isSlowed: Bool

    init(_ story: GitOutageStory.Kind, _ phase: String, restarts: Bool = false, isSlowed: Bool = false) {
        self.story = story
        self.phase = phase
        self.restarts = restarts
        self.isSlowed = isSlowed
    }

    var description: String { "\(story), away in \(phase)\(restarts ? ", with a restart" : "")" }

    func isReached(by release: Value, of second: String) -> Bool {
        // A rollback by hand is asked for after the remote has gone, or it has gone in one of its phases.
        let isByHand = story == .byHand && phase != "verified"
        return release["kind"]?.string == (isByHand ? "rollback" : "deploy") && release["phase"]?.string == phase
            && (isByHand || release["revision", "id"]?.string == second)
    }
}

/// A second version that comes to its end, and how that looks when nothing is away.
struct GitOutageStory: Sendable {
    enum Kind: CaseIterable, Sendable {
        /// The second version is verified; fails when it has traffic; is verified and taken back by a person.
        case good, bad, byHand
    }

    private let kind: Kind
    private let stage: CrashStage
    private let repository: WatchedRepository
    private let second: String
    private let next: SampleEnvironment
    private var reference: CrashEnding?

    /// - Parameter next: what is pushed when the remote is back.
    init(_ kind: Kind, _ stage: CrashStage, second: SampleEnvironment, next: SampleEnvironment, in folder: String) async throws {
        self.kind = kind
        self.stage = stage
        self.next = next
        repository = try await stage.repository.copy(to: folder)
        self.second = try await repository.push(stage.changes(to: [second]))
        reference = try await play(nil, in: folder + "/undisturbed")
        #expect(reference?["only"].state.last == (kind == .bad ? "phase rolledBack" : "phase verified"))
    }

    /// - Returns: the end, before the remote is back.
    @discardableResult
    func play(_ outage: GitOutage?, in folder: String) async throws -> CrashEnding {
        try Files.makeFolder(folder)
        let images = SampleEnvironment.images(endingAt: CrashStage.sign(in: folder))
        let cluster = try await SampleCluster.start(in: folder + "/cluster", images: images)
        do {
            for sample in stage.running { try await cluster.furnish(with: sample) }
            let copy = try await repository.copy(to: folder + "/repository")
            let site = try Site(
                folder: folder, repository: copy, cluster: cluster, installation: stage.installation(in: folder, on: cluster, of: copy))
            let ending = try await play(outage, at: site)
            await cluster.stop()
            return ending
        } catch {
            await cluster.stop()
            throw LargeFailure("\(outage?.description ?? "\(kind), undisturbed"): \(error)")
        }
    }

    private struct Site {
        var folder: String
        var repository: WatchedRepository
        var cluster: SampleCluster
        var installation: Installation
        private var away: String { repository.url + ".away" }

        func takeRemoteAway() async throws { try await tool("mv", repository.url, away) }
        func bringRemoteBack() async throws { try await tool("mv", away, repository.url) }

        func slowDown() throws {
            let patches = FaultMatch(verb: "patch", namespace: "sample-only")
            try cluster.cluster.faults.set(FaultRule(.delay(.seconds(2)), patches, fraction: 1, seed: 1, count: nil))
        }
    }

    private func play(_ outage: GitOutage?, at site: Site) async throws -> CrashEnding {
        let installation = site.installation
        try await tool("cp", "-a", stage.prepared, installation.state)
        if outage?.isSlowed == true, outage?.phase == "preflight" { try site.slowDown() }
        var controller = try await installation.start()
        var isAway = false
        var isSlow = false
        try await installation.until("the story ends", in: "only", within: .seconds(90), isAtEnd) { all in
            guard let release = all["only"]?["release"] else { return }
            if let outage, !isAway, outage.isReached(by: release, of: second) {
                isAway = true
                try await site.takeRemoteAway()
                site.cluster.cluster.faults.clear()
                guard outage.restarts else { return }
                try await controller.crash()
                controller = try await installation.start()
                return
            }
            if outage?.isSlowed == true, !isAway, !isSlow, release["phase"]?.string == "stepping" {
                isSlow = true
                try site.slowDown()
            }
            try await befall(release, at: site)
        }
        let ending = try await CrashEnding(of: stage.running, installation, site.cluster)
        if let outage {
            #expect(isAway, "\(outage): it never came there")
            #expect(reference.map { ending.difference(from: $0) } == [], "\(outage)")
            if isAway { try await expectRecovery(at: site, "\(outage)") }
        }
        try await controller.crash()
        return ending
    }

    private func isAtEnd(_ status: Value) -> Bool {
        guard status["health"]?.string == "healthy", let release = status["release"] else { return false }
        switch kind {
        // Until its watch is over.
        case .good: return status.isVerified(second) && release["watchedUntil"] == nil
        case .bad: return status.isRolledBack(second)
        case .byHand: return release["kind"]?.string == "rollback" && release["phase"]?.string == "verified"
        }
    }

    /// What people do, and what befalls the second version.
    private func befall(_ release: Value, at site: Site) async throws {
        try await Self.approve(site.installation, ["only": ["release": release]])
        switch kind {
        case .good: break
        case .bad:
            guard release["phase"]?.string == "stepping" else { return }
            let entries = try await site.installation.get("/api/v1/audit?limit=10")["entries"]?.array ?? []
            guard entries.contains(where: { $0["action"]?.string == "release.step.up" }) else { return }
            try Files.write("", to: CrashStage.sign(in: site.folder))
        case .byHand:
            guard release["kind"]?.string == "deploy", release["phase"]?.string == "verified", release["revision", "id"]?.string == second
            else { return }
            try await site.installation.post("/api/v1/environments/only/rollback", ["reason": "it is slow"])
        }
    }

    @Sendable static func approve(_ installation: Installation, _ statuses: [String: Value]) async throws {
        guard let release = statuses["only"]?["release"], release["waitsFor"]?.string?.contains("approval") == true,
            try await !installation.isApproved(release)
        else { return }
        try await installation.post("/api/v1/environments/only/approve", ["reason": "looked at it"])
    }

    /// The trouble is named; when the remote is back, what was pushed since is fetched and deployed by itself.
    private func expectRecovery(at site: Site, _ what: String) async throws {
        let installation = site.installation
        try await eventually("the trouble is named", within: .seconds(30)) {
            try await installation.get("/api/v1/status")["repository", "problem"]?.string?.contains(site.repository.url) == true
        }
        let told = try await installation.slipway("status")
        #expect(told.text.hasPrefix("repository \(site.repository.url) (main): "), "\(what): \(told.text)")
        if kind != .good { try await installation.post("/api/v1/environments/only/resume", ["reason": "on we go"]) }
        try await site.bringRemoteBack()
        let third = try await site.repository.push(stage.changes(to: [next]))
        try await installation.until("what came since is deployed", in: "only", within: .seconds(60)) { $0.isVerified(third) }
    }
}
