import HTTPTransport
import Health
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct EventTests {
    static func recorder(_ server: FakeAPIServer, now: @escaping @Sendable () -> Int64) -> EventRecorder {
        var environment = server.environment
        environment.unixSeconds = now
        return EventRecorder(
            client: KubernetesClient(access: ClusterAccess(server: "https://fake:6443", origin: "test"), environment: environment))
    }

    static let event = ClusterEvent(
        .warning, "ReleaseFailed", "Release 3 failed", regarding: Fixture.id("ConfigMap", "slipway-inventory-staging"))

    static func events(_ server: FakeAPIServer) -> [Value] {
        server.paths.filter { $0.hasPrefix("\(Fixture.root)/events/") }.compactMap { server.object($0) }
    }

    @Test func itStandsBesideTheObjectAsDescribeLooksForIt() async throws {
        let server = Fixture.server()
        server.put(Fixture.inventoryPath, Fixture.configMap("slipway-inventory-staging"))
        try await Self.recorder(server) { 1_795_305_600 }.record(Self.event)
        let written = try #require(Self.events(server).first)
        #expect(written["involvedObject", "kind"] == "ConfigMap")
        #expect(written["involvedObject", "uid"] == server.object(Fixture.inventoryPath)?["metadata", "uid"])
        #expect(written["type"] == "Warning")
        #expect(written["reason"] == "ReleaseFailed")
        #expect(written["firstTimestamp"] == "2026-11-22T00:00:00Z")
        #expect(written["source", "component"] == "slipway")
    }

    @Test func theSameAgainRaisesTheCount() async throws {
        let server = Fixture.server()
        let time = Mutex<Int64>(1_000)
        let recorder = Self.recorder(server) { time.withLock { $0 } }
        for _ in 0..<3 { try await recorder.record(Self.event) }
        #expect(Self.events(server).map { $0["count"] } == [3])
        // Much later it is news again.
        time.withLock { $0 = 2_000 }
        try await recorder.record(Self.event)
        #expect(Self.events(server).count == 2)
    }

    @Test func longWordsAreShortenedToWhatTheServerTakes() {
        var event = Self.event
        event.message = String(repeating: "ä", count: 1_000)
        let message = EventRecorder.object(event, name: "n", live: nil, at: 0)["message"]?.string ?? ""
        #expect(message.utf8.count <= 1024)
        #expect(message.hasSuffix("ä..."))
    }

    @Test func thereIsNoneForAnObjectWithoutANamespace() async throws {
        let server = Fixture.server()
        var event = Self.event
        event.regarding.namespace = ""
        try await Self.recorder(server) { 0 }.record(event)
        #expect(server.requests.isEmpty)
    }

    @Test func timesAreWrittenAsTheyAreRead() {
        for seconds: Int64 in [0, 59, 951_782_399, 951_868_800, 1_795_305_600, 4_102_444_799, -1, -86_400] {
            #expect(KubernetesTime.seconds(KubernetesTime.text(seconds)) == seconds, "\(KubernetesTime.text(seconds))")
        }
    }
}
