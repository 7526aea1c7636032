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
}
