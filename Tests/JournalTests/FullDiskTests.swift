import Delivery
import GRDB
import Journal
import Manifests
import Testing

@Suite struct FullDiskTests {
    private static func noise(_ count: Int, seed: UInt64) -> String {
        var state = seed &* 2 &+ 1
        return String(
            decoding: (0..<count).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(33 + (state >> 33) % 90)
            }, as: UTF8.self)
    }

    /// A bundle of about 100 KB, also when it is compressed.
    private func objects(_ round: Int) -> [Value] {
        [
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "large"],
                "data": ["round": .string(String(round)), "text": .string(Self.noise(130_000, seed: UInt64(round)))],
            ]
        ]
    }

    @Test func aFullJournalSaysSoLosesNothingAndGoesOnWhenThereIsRoom() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        try await journal.limitSize(pages: 200)
        var stored: [String] = []
        var failure: JournalError?
        for round in 0..<40 where failure == nil {
            do {
                let digest = try await journal.storeBundle(objects: objects(round))
                try await journal.commit(StateChange(releases: [Samples.release(Int64(round), phase: .failed)], audit: [Samples.draft()]))
                stored.append(digest)
            } catch {
                failure = error
            }
        }
        #expect(failure?.code == .full && failure?.message.contains("Free space") == true)
        #expect(stored.count > 2)
        for digest in stored { #expect(try await journal.bundleObjects(digest) != nil) }
        #expect(try await journal.releases(environment: nil, limit: 100).count == stored.count)
        guard case .ok(let count, _) = try await journal.verifyAudit() else {
            Issue.record("the record was damaged")
            return
        }
        #expect(count == stored.count)
        try await journal.limitSize(pages: 100_000)
        try await journal.storeBundle(objects: objects(99))
        try journal.close()
        let again = try fixture.open()
        #expect(try await again.releases(environment: nil, limit: 100).count == stored.count)
    }
}
