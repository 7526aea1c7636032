import Delivery
import Journal
import Manifests
import TestSupport
import Testing

@testable import Controller

/// Which Environments of a group a request for a commit is about.
@Suite struct GroupRevertTests {
    private let by = Actor(name: "somebody", source: .socket)
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    /// As far as a Revision was seen that makes it one of the group.
    private func know(_ name: String, in journal: Journal, hold: Hold?) async throws {
        let policy: Value = [
            "apiVersion": "slipway.dev/v1", "kind": "Environment", "metadata": ["name": .string(name)],
            "spec": ["target": ["namespace": .string(name)], "promotion": ["group": "web"]],
        ]
        let config: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x", "namespace": .string(name)]]
        let bundle = try await journal.storeBundle(objects: [config])
        let revision = Revision(id: String(repeating: "a", count: 40), subject: "One", author: "Ada", committedAt: now)
        try await journal.recordRendering(
            StoredRendering(
                environment: name, revision: revision, outcome: .bundle(digest: bundle, policy: policy, smokeTests: []), at: now))
        var state = EnvironmentState(name: name)
        state.version = 1
        state.hold = hold
        try await journal.commit(StateChange(environments: [state]))
    }

    private func rolledBack(_ step: Revert.Step? = nil) -> Hold {
        var hold = Hold(reason: "it failed", by: .controller, since: now, release: 7)
        if let step {
            hold.revert = Revert(by: by, reason: "slow", at: now)
            hold.revert?.step = step
        }
        return hold
    }

    @Test func thoseThatARollbackHoldsAreAskedForAndNoOthers() async throws {
        try await withTemporaryFolder("slipway-group-revert") { folder in
            let api = try await API(in: folder)
            let journal = api.controller.journal
            try await know("a", in: journal, hold: rolledBack())
            try await know("b", in: journal, hold: nil)
            try await know("c", in: journal, hold: Hold(reason: "by hand", by: by, since: now))
            try await know("d", in: journal, hold: rolledBack(.failed(message: "a hook")))
            try await know("e", in: journal, hold: rolledBack(.pushed(commit: "c0ffee")))
            let asked = try await api.controller.revert(group: "web", includingShared: true, by: api.admin, reason: "both")
            #expect(asked == ["a", "d"])
            for name in asked {
                let revert = try #require(try await journal.environment(name)?.hold?.revert)
                #expect(revert.step == .asked && revert.includesShared && revert.group == .init(name: "web", members: ["a", "d"]))
            }
            #expect(try await journal.environment("e")?.hold?.revert?.step == .pushed(commit: "c0ffee"))
            for name in asked {
                try await api.controller.resume(name, by: api.admin, reason: "never mind")
                // One is enough.
                if name == "a" {
                    let rest = try await api.controller.revert(group: "web", includingShared: false, by: api.admin, reason: "again")
                    #expect(rest == ["d"])
                }
            }
            let refused = await #expect(throws: RequestRefused.self) {
                try await api.controller.revert(group: "web", includingShared: false, by: api.admin, reason: "again")
            }
            #expect(refused?.message.hasPrefix("a is not held") == true, "\(refused as Any)")
            let unknown = await #expect(throws: RequestRefused.self) {
                try await api.controller.revert(group: "webb", includingShared: false, by: api.admin, reason: "again")
            }
            #expect(unknown?.code == .notFound)
        }
    }
}
