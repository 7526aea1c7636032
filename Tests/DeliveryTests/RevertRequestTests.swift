import Delivery
import Testing

@Suite struct RevertRequestTests {
    private let ada = Actor(name: "ada", source: .socket)
    private let now = Timestamp(milliseconds: 1_700_000_000_000)
    private var revision: Revision { Revision(id: String(repeating: "a", count: 40), subject: "One", author: "Ada", committedAt: now) }
    private var asked: Revert { Revert(by: ada, reason: "slow", at: now) }

    private func held(_ revert: Revert?) -> EnvironmentState {
        var state = EnvironmentState(name: "production")
        state.hold = Hold(reason: "rolled back", by: ada, since: now)
        state.hold?.revert = revert
        return state
    }

    @Test func asksOnlyForARollback() throws {
        let change = try OperatorRequests.askRevert(held(nil), asked, isOfRollback: true, at: now)
        #expect(change.environments.first?.hold?.revert == asked && change.environments.first?.version == 1)
        #expect(change.audit.map(\.action) == ["rollback.commitRequested"])
        for (state, isOfRollback) in [(EnvironmentState(name: "production"), true), (held(nil), false)] {
            #expect(throws: RequestRefused.self) {
                try OperatorRequests.askRevert(state, asked, isOfRollback: isOfRollback, at: now)
            }
        }
    }

    @Test func asksAgainAfterAFailureAndNotAfterAPush() throws {
        let failed = try #require(OperatorRequests.revertFailed(held(asked), "no", at: now).environments.first)
        #expect(failed.hold?.revert?.step == .failed(message: "no") && failed.hold?.reason == "rolled back")
        _ = try OperatorRequests.askRevert(failed, asked, isOfRollback: true, at: now)
        let pushed = try #require(
            OperatorRequests.revertPushed(held(asked), commit: "c0ffee", release: 7, outcome: "1 files", at: now).environments.first)
        #expect(pushed.hold?.revert?.step == .pushed(commit: "c0ffee"))
        #expect(throws: RequestRefused.self) { try OperatorRequests.askRevert(pushed, asked, isOfRollback: true, at: now) }
    }

    @Test func theHoldEndsWithItsReasonInTheRecord() throws {
        let change = OperatorRequests.revertArrived(held(asked), commit: "c0ffee", revision: revision, at: now)
        #expect(change.environments.first?.hold == nil)
        let entry = try #require(change.audit.first)
        #expect(entry.action == "hold.lifted" && entry.actor == .controller && entry.outcome.contains("rolled back"))
        #expect(OperatorRequests.revertArrived(EnvironmentState(name: "x"), commit: "c", revision: revision, at: now).isEmpty)
    }

    // MARK: Trying again

    private let patience = RevertPatience(first: .seconds(1), most: .seconds(8), attempts: 5, tellsAfter: 3)

    private func obstructed(_ state: EnvironmentState, _ words: String = "no route", isTransient: Bool = true) -> StateChange {
        OperatorRequests.revertObstructed(
            state, by: .init(words, isTransient: isTransient), patience: patience, random: 0.5, at: now + .seconds(10))
    }

    @Test func whatMayGoAwayIsTriedAgainAndRecordedOnceAtEachEnd() throws {
        var state = held(asked)
        var actions: [[String]] = []
        var notices: [Int] = []
        for attempt in 1...5 {
            let change = obstructed(state, "no route \(attempt)")
            state = try #require(change.environments.first)
            actions.append(change.audit.map(\.action))
            notices.append(change.notices.count)
            if attempt == 2 { #expect(state.hold?.revert?.delay?.retryAt == now + .seconds(12) && state.hold?.revert?.step == .asked) }
        }
        #expect(actions == [["rollback.commitDelayed"], [], [], [], ["rollback.commitFailed"]])
        #expect(notices == [0, 0, 1, 0, 1], "people are told when it lasts, and when it is given up")
        #expect(state.version == 5 && state.hold?.revert?.delay == nil)
        #expect(
            state.hold?.revert?.step == .failed(message: "no route 5 (tried 5 times since \((now + .seconds(10)).utc))"),
            "\(state.hold?.revert as Any)")
    }

    @Test func whatNeedsAPersonIsNotTriedAgain() throws {
        let delayed = try #require(obstructed(held(asked)).environments.first)
        for state in [held(asked), delayed] {
            let change = obstructed(state, "a hook says no", isTransient: false)
            #expect(change.environments.first?.hold?.revert?.step == .failed(message: "a hook says no"))
            #expect(change.environments.first?.hold?.revert?.delay == nil)
            #expect(change.audit.map(\.action) == ["rollback.commitFailed"] && change.notices.count == 1)
        }
    }

    @Test func aPushOrAnotherRequestEndsTheDelayAndSoDoesTheEndOfTheHold() throws {
        let delayed = try #require(obstructed(held(asked)).environments.first)
        let pushed = OperatorRequests.revertPushed(delayed, commit: "c0ffee", release: 7, outcome: "1 files", at: now)
        #expect(pushed.environments.first?.hold?.revert?.delay == nil)
        let again = try OperatorRequests.askRevert(delayed, asked, isOfRollback: true, at: now)
        #expect(again.environments.first?.hold?.revert == asked)
        let free = try #require(try OperatorRequests.resume(delayed, by: ada, reason: "mended", at: now).environments.first)
        #expect(obstructed(free).isEmpty)
        let target = OperatorRequests.RollbackTarget(bundle: "older", revision: revision)
        let back = try OperatorRequests.rollBack(
            delayed, to: target, releaseID: 9, active: nil, leaving: nil, by: ada, reason: "further", at: now)
        #expect(back.environments.first?.hold?.revert == nil && back.environments.first?.hold?.reason.contains("further") == true)
    }

    @Test func pausesDoubleWithinTheirBoundsAndOutliveAClockThatIsSetBack() {
        #expect((1...6).map { patience.pause(after: $0, random: 0.5) } == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
        #expect(patience.pause(after: 1_000_000, random: 0) == .seconds(6) && patience.pause(after: 0, random: 0.999) < .seconds(1.25))
        var revert = asked
        #expect(patience.pause(until: revert, from: now) == .zero)
        revert.delay = .init(attempts: 4, message: "", since: now, retryAt: now + .seconds(8))
        #expect(patience.pause(until: revert, from: now + .seconds(5)) == .seconds(3))
        #expect(patience.pause(until: revert, from: now + .seconds(8)) == .zero)
        #expect(patience.pause(until: revert, from: now + .seconds(-3600)) == .zero, "no pause is that long")
    }

    @Test func oneCommitIsOfOneRequestForAGroup() {
        var one = asked
        #expect(!one.isOneCommit(with: one), "without a group each has its own")
        one.group = .init(name: "web", members: ["a", "b"])
        var other = one
        #expect(one.isOneCommit(with: other))
        other.at = now + .seconds(1)
        #expect(!one.isOneCommit(with: other), "asked for again")
        other = one
        other.step = .failed(message: "")
        #expect(!one.isOneCommit(with: other))
    }
}
