import Delivery
import Testing

/// Walks over everything that can happen to one Release, to its end, and holds the promises against every step of it.
@Suite struct LifeInvariantTests {
    struct Life: Hashable {
        var release: Release
        var environment: EnvironmentState

        /// Counters and notes of trouble, without which finitely many states are left.
        var normal: Life {
            var life = self
            life.release.version = 0
            life.release.attempts = 0
            life.release.retryAt = nil
            life.release.lastTransientError = nil
            life.release.retriedAt = nil
            life.release.deadline = life.release.deadline.map { _ in Samples.now }
            life.environment.version = 0
            return life
        }
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        var name: String
        var release: Release
        var environment: EnvironmentState
        var policy: EnvironmentPolicy
        var testDescription: String { name }
    }

    static let settings: [Setting] = {
        var held = Samples.environment()
        held.hold = Samples.hold
        return [
            Setting(name: "deploy", release: Samples.release(), environment: Samples.environment(), policy: Samples.policy()),
            Setting(name: "forced", release: Samples.release(isForced: true), environment: held, policy: Samples.policy()),
            Setting(name: "deploy, held", release: Samples.release(), environment: held, policy: Samples.policy()),
            Setting(
                name: "first deploy", release: Samples.release(previous: nil), environment: Samples.environment(verified: nil),
                policy: Samples.policy()),
            Setting(
                name: "no automatic rollback", release: Samples.release(), environment: Samples.environment(),
                policy: Samples.policy(automatic: false)),
            Setting(
                name: "no soak, no watch", release: Samples.release(), environment: Samples.environment(),
                policy: Samples.policy(soak: .zero, watch: .zero)),
            Setting(
                name: "in steps", release: Samples.release(), environment: Samples.environment(), policy: Samples.policy(steps: 2)),
            Setting(
                name: "in a group", release: Samples.release(), environment: Samples.environment(),
                policy: Samples.policy(soak: .zero, group: "shop")),
            Setting(
                name: "rollback by hand", release: Samples.release(7, .rollback, isForced: true), environment: held,
                policy: Samples.policy()),
        ]
    }()

    @Test(arguments: settings)
    func everyStepKeepsThePromises(_ setting: Setting) throws {
        let start = Life(release: setting.release, environment: setting.environment)
        var seen: Set<Life> = [start.normal]
        var open = [start]
        var ways: [Life: Set<Life>] = [:]
        while let life = open.popLast() {
            for event in Samples.events {
                let change: StateChange
                do throws(IllegalTransition) {
                    change = try life.release.after(event, in: life.environment, policy: setting.policy, at: Samples.now)
                } catch {
                    continue
                }
                let next = Life(
                    release: change.releases.first ?? life.release, environment: change.environments.first ?? life.environment)
                if case .retried = event { checkRetry(life, next) } else { check(life, event, change, next) }
                ways[life.normal, default: []].insert(next.normal)
                if seen.insert(next.normal).inserted { open.append(next) }
            }
            #expect(seen.count < 8000)
        }
        checkThatAllEnd(seen, ways)
        let reached = Set(seen.map(\.release.phase))
        if setting.name == "deploy" {
            #expect(reached == Set(ReleasePhase.allCases).subtracting([.stepping]))
        } else if setting.name == "in steps" {
            #expect(reached == Set(ReleasePhase.allCases))
        } else if setting.name == "deploy, held" {
            #expect(reached == [.queued, .blocked, .failed, .superseded, .cancelled], "a held environment never moves forward")
        }
    }

    private func check(_ life: Life, _ event: ReleaseEvent, _ change: StateChange, _ next: Life) {
        let place: Comment = "\(life.release.phase.rawValue) after \(event.name)"
        #expect(change.releases.count <= 1 && change.environments.count <= 1, place)
        if let release = change.releases.first {
            #expect(release.version == life.release.version + 1, place)
            #expect(release.id == life.release.id && release.bundle == life.release.bundle, place)
        }
        if let environment = change.environments.first { #expect(environment.version == life.environment.version + 1, place) }
        let moved = next.release.phase != life.release.phase || next.release.rollbackStep != life.release.rollbackStep
        if moved { #expect(!change.audit.isEmpty, "no audit entry: \(place)") }
        #expect((next.release.rollbackStep != nil) == (next.release.phase == .rollingBack), place)
        let waitsInStep = next.release.phase == .stepping && next.release.waitUntil != nil && next.release.blocker != nil
        #expect((next.release.blocker != nil) == (next.release.phase == .blocked || waitsInStep), place)
        checkDeadline(next.release, place)
        checkFailure(life, change, next, place)
        for notice in change.notices { #expect(notice.dedupeKey.hasPrefix("release-\(life.release.id)-"), place) }
        if !next.release.phase.isActive { #expect(next.release.finishedAt != nil, place) }
    }

    private func checkRetry(_ life: Life, _ next: Life) {
        #expect(!life.release.phase.isActive && next.release.phase.isActive && next.release.finishedAt == nil)
        #expect(next.release.phase == life.release.retryPhase)
        checkDeadline(next.release, "retried in \(next.release.phase.rawValue)")
    }

    /// A phase that works has a deadline, a phase that waits for time knows until when, and one that waits for people has neither.
    private func checkDeadline(_ release: Release, _ place: Comment) {
        switch release.phase {
        case .preflight, .applying, .rollingOut, .verifying, .pruning, .rollingBack:
            #expect(release.deadline != nil && release.waitUntil == nil, place)
        // Between two steps people may be waited for.
        case .stepping: #expect((release.deadline != nil) == (release.blocker == nil) && release.step != nil, place)
        case .soaking: #expect(release.deadline == nil && release.waitUntil != nil, place)
        case .queued, .blocked, .verified, .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled:
            #expect(release.deadline == nil, place)
        }
        #expect((release.work != nil) == (release.phase.isActive || release.waitUntil != nil), place)
    }

    /// Quarantine and Hold are stored together with the first step back, so that nothing can come between.
    private func checkFailure(_ life: Life, _ change: StateChange, _ next: Life, _ place: Comment) {
        let begins = next.release.phase == .rollingBack && life.release.phase != .rollingBack
        let endsBadly = next.release.phase == .failed && life.release.phase.mayHaveWritten
        if begins || endsBadly {
            #expect(change.quarantines.map(\.bundle) == [life.release.bundle], place)
            #expect(change.environments.first?.hold != nil, place)
            #expect(!change.notices.isEmpty, place)
        } else {
            #expect(change.quarantines.isEmpty, place)
        }
        if begins {
            #expect(next.release.rollbackStep == .applying, place)
            #expect(next.release.work == .apply(bundle: life.release.previousBundle ?? ""), place)
            #expect(next.environment.verifiedBundle == life.release.previousBundle, place)
        }
        if next.release.phase == .rollbackFailed, life.release.phase != .rollbackFailed {
            #expect(change.notices.map(\.severity) == [.page], place)
            #expect(change.notices.first?.text.contains("slipway ") == true, "it says what to do: \(place)")
        }
        if life.environment.hold != nil { #expect(next.environment.hold != nil, "only a person lifts a hold: \(place)") }
    }

    /// From everywhere some way leads to an end.
    private func checkThatAllEnd(_ lives: Set<Life>, _ ways: [Life: Set<Life>]) {
        var ending = lives.filter { $0.release.work == nil }
        #expect(!ending.isEmpty)
        while true {
            let more = lives.filter { !ending.contains($0) && !ending.isDisjoint(with: ways[$0] ?? []) }
            if more.isEmpty { break }
            ending.formUnion(more)
        }
        #expect(ending == lives, "some states have no way to an end: \(lives.subtracting(ending).map(\.release.phase))")
    }
}
