import Controller
import Delivery
import Journal
import Manifests
import Synchronization
import Testing

/// What happens to Environments after a first Revision that is verified in all of them, up to its end.
struct CrashStory: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var policies: [SimulatedPolicy]
    /// How the second Revision turns out, and where alone, if not everywhere.
    var quality = SimulatedWorld.Quality.good
    var badIn: String?
    /// What people and the remote do when it is not known yet. Called at each look.
    var people: @Sendable (SimulatedSite) async throws -> Void = { _ in }
    /// How the Releases of the second Revision, and those after, end in each Environment.
    var ends: [String: [ReleasePhase]]

    /// The moment after the second Revision was seen.
    func beginning() async throws -> Snapshot {
        let documents = Dictionary(uniqueKeysWithValues: policies.map { ($0.name, $0.document) })
        let site = try await SimulatedSite(documents, world: SimulatedWorld(), seed: 1)
        try await site.merge(1, .good)
        let rested = try await site.settle { try await Self.approve($0) }
        #expect(rested, "the first revision")
        try await site.merge(2, quality, in: badIn)
        try site.controller.journal.close()
        return try Snapshot(moment: "in the beginning", site.folder, site.world)
    }

    /// Goes on from a moment.
    ///
    /// - Parameter album: takes every moment of it.
    func end(from moment: Snapshot, into album: Album? = nil) async throws -> [String] {
        let world = SimulatedWorld(moment.world)
        let documents = Dictionary(uniqueKeysWithValues: policies.map { ($0.name, $0.document) })
        let site = try await SimulatedSite(documents, world: world, seed: 2, from: try moment.takeFolder()) { folder, moment, number in
            album?.take("\(moment) \(number)", folder, world)
        }
        return try await end(of: site)
    }

    func end(of site: SimulatedSite, _ more: (SimulatedSite) async throws -> Void = { _ in }) async throws -> [String] {
        let rested = try await site.settle(within: .seconds(90)) {
            try await people($0)
            try await more($0)
        }
        var lines = rested ? [] : ["it does not come to rest"]
        for name in site.names { lines += try await Self.lines(of: name, site) }
        if case .broken(_, let what) = try await site.controller.journal.verifyAudit() { lines.append("the record is broken: \(what)") }
        lines += site.world.state.withLock(\.violations).map { "against the rules: \($0)" }
        try site.controller.journal.close()
        return lines
    }

    private static func lines(of name: String, _ site: SimulatedSite) async throws -> [String] {
        let journal = site.controller.journal
        let state = try await journal.environment(name) ?? EnvironmentState(name: name)
        let releases = try await journal.releases(environment: name, limit: 100).reversed()
        let entries = try await journal.auditEntries(filter: AuditFilter(environment: name), limit: 500)
        let quarantines = try await journal.quarantines(environment: name).map(\.bundle)
        let cluster = site.world.state.withLock { world in
            let beside = world.beside[name].map { " beside \($0.bundle), \($0.weight) %" } ?? ""
            return "runs \(world.running[name] ?? "-")\(beside), was seen: \(world.seen[name] ?? [])"
        }
        let parts: [String] =
            ["verified \(state.verifiedBundle ?? "-"), hold \(state.hold?.reason ?? "-"), quarantined \(quarantines)", cluster]
            + releases.map { "release \($0.kind.rawValue) \($0.bundle) \($0.phase.rawValue) \($0.failure?.message ?? "")" }
            + entries.map(\.draft).map { "audit \($0.action) \($0.actor.name) \($0.revision?.suffix(2) ?? "-") \($0.outcome)" }
        // A number that was given to a Release and not used before a kill is not given again, and people may come a moment later.
        return parts.map { "\(name): \($0)".replacing(/release \d+/, with: "release").replacing(/since [0-9T:Z-]+/, with: "since then") }
    }

    /// Whoever may, says yes to what waits, once.
    static func approve(_ site: SimulatedSite) async throws {
        for name in site.names {
            guard let release = try await site.active(name), case .approval(let plan, let missing)? = release.blocker else { continue }
            let given = try await site.controller.journal.approvals(release: release.id).filter { $0.planHash == plan }.map(\.role)
            for (person, role) in [("rita", "release-manager"), ("sam", "security")] {
                guard missing.contains(where: { $0.role == role }), !given.contains(role) else { continue }
                _ = try await site.controller.approve(
                    name, planHash: nil, by: Actor(name: person, source: .token), reason: "looked at it")
                // The other one comes later.
                return
            }
        }
    }
}

/// A moment of a simulated life: what a kill would leave on the disk, and the world at that time.
struct Snapshot: Sendable {
    var moment: String
    var world: SimulatedWorld.State
    private let folder: String

    init(moment: String, _ folder: String, _ world: SimulatedWorld) throws {
        self.moment = moment
        self.world = world.state.withLock { $0 }
        self.folder = "\(folder)-\(moment.replacing(" ", with: "-"))"
        try SimulatedFolder.copy(folder, to: self.folder)
    }

    /// A folder of its own for one life that goes on from here.
    func takeFolder() throws -> String {
        let copy = "\(folder)-life"
        try SimulatedFolder.copy(folder, to: copy)
        return copy
    }

    func forget() { SimulatedFolder.remove(folder) }
}

/// All moments of one life, before and after each write of its Journal.
final class Album: Sendable {
    private let taken = Mutex<[Snapshot]>([])
    private let troubles = Mutex<[String]>([])

    var snapshots: [Snapshot] { taken.withLock(\.self) }
    var problems: [String] { troubles.withLock(\.self) }

    func take(_ moment: String, _ folder: String, _ world: SimulatedWorld) {
        do {
            let snapshot = try Snapshot(moment: moment, folder, world)
            taken.withLock { $0.append(snapshot) }
        } catch {
            troubles.withLock { $0.append("\(moment): \(error)") }
        }
    }
}
