import Testing

@testable import Delivery

@Suite struct ReleaseClockTests {
    @Test(arguments: [3_600, -3_600]) func `what lasts until a moment lasts as long as before`(seconds: Int) {
        let step = Duration.seconds(seconds)
        let now = Timestamp(milliseconds: 1_000_000_000)
        var release = Release(
            id: 1, environment: "e", kind: .deploy, revision: Revision(id: "a", subject: "", author: "", committedAt: now), bundle: "b",
            previousBundle: nil, previousRevision: nil, requestedBy: .controller, reason: "", isForced: false, createdAt: now)
        release.deadline = now + .seconds(60)
        release.retryAt = now + .seconds(5)
        let moved = release.moved(by: step)
        #expect(moved.deadline.map { $0 - (now + step) } == .seconds(60))
        #expect(moved.retryAt.map { $0 - (now + step) } == .seconds(5))
        #expect(moved.phaseSince == now + step)
        #expect(moved.waitUntil == nil)
        #expect(moved.createdAt == now)
        #expect(moved.version == release.version + 1)
    }
}
