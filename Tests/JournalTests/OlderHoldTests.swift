import Delivery
import Manifests
import Testing

@testable import Journal

/// Holds as older versions stored them.
@Suite struct OlderHoldTests {
    /// With a revert as it was before there were delays and groups, and from before there were reverts.
    @Test(arguments: [true, false])
    func areRead(_ hasRevert: Bool) throws {
        let by: Value = ["name": "ann", "source": "token"]
        var record: Value = ["reason": "rolled back", "by": by, "since": 1_700_000_000_000, "release": 7]
        if hasRevert { record["revert"] = ["by": by, "reason": "errors", "at": 1_700_000_000_000, "includesShared": false] }
        let hold = try Hold(RecordReader(value: record, place: "a test"))
        var expected = Hold(reason: "rolled back", by: Samples.ann, since: Samples.now, release: 7)
        if hasRevert { expected.revert = Revert(by: Samples.ann, reason: "errors", at: Samples.now) }
        #expect(hold == expected)
    }

    @Test(arguments: [("delay", "attempts"), ("group", "members")])
    func whatIsDamagedIsSaidWithItsPlace(_ member: String, _ key: String) {
        let hold = Samples.environment().hold
        var record = hold?.record ?? .null
        record["revert", member] = ["name": "web", "message": "no route"]
        let error = #expect(throws: JournalError.self) { try Hold(RecordReader(value: record, place: "environment staging")) }
        #expect(
            error?.message.contains("environment staging, revert, \(member)") == true && error?.message.contains(key) == true,
            "\(error as Any)")
    }
}
