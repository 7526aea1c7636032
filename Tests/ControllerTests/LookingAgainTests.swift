import Delivery
import Journal
import TestSupport
import Testing

@testable import Controller

/// A person's word between two steps of a lane.
@Suite struct LookingAgainTests {
    @Test func whatALaneStoredBetweenIsLookedAtAgain() async throws {
        try await withTemporaryFolder("slipway-again") { folder in
            let api = try await API(in: folder)
            let journal = api.controller.journal
            var looks = 0
            try await api.controller.request(.resume, in: "prod-eu", by: api.admin) {
                looks += 1
                let state = try await api.controller.state(of: "prod-eu")
                if looks < 3 {
                    // The lane comes between, twice.
                    var moved = state
                    moved.version += 1
                    try await journal.commit(StateChange(environments: [moved]))
                }
                try await journal.commit(try OperatorRequests.resume(state, by: api.admin, reason: "a test", at: api.clock.now()))
            }
            #expect(looks == 3)
            #expect(try await journal.environment("prod-eu")?.hold == nil)
            #expect(try await journal.auditEntries().filter { $0.draft.action == "hold.lifted" }.count == 1)
        }
    }

    @Test(arguments: [JournalError.Code.stale, .conflict, .io])
    func itEnds(_ code: JournalError.Code) async throws {
        try await withTemporaryFolder("slipway-again") { folder in
            let api = try await API(in: folder)
            var looks = 0
            let error = await #expect(throws: JournalError.self) {
                try await api.controller.journal.lookingAgain {
                    looks += 1
                    throw JournalError(code, "a test")
                }
            }
            #expect(error?.code == code && looks == (code == .io ? 1 : Limits.looksAgain))
        }
    }
}
