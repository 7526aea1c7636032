import Delivery
import Journal
import Manifests
import Testing

@testable import Notifications

@Suite struct WebhookTests {
    @Test func theBodyIsSignedWithItsTime() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            try await world.happen(world.notice("a", .rollbackFailed, severity: .page, incident: .opensOne))
            _ = try await deliverer.routeDue()
            try await deliverer.deliverDue()
            let request = try #require(service.received.first)
            #expect(request.path == "/hook?x=1" && request.method == "POST")
            #expect(request.headers["slipway-delivery"] == "a" && request.headers["idempotency-key"] == "a")
            #expect(request.headers["slipway-event"] == "rollbackFailed")
            let seconds = request.headers["slipway-timestamp"] ?? ""
            #expect(seconds == "1700000000")
            // Computed here by the words of the documentation.
            let mac = HMAC.sha256(Array("\(seconds).".utf8) + request.body, key: Array("hmac-secret-1".utf8))
            #expect(request.headers["slipway-signature"] == "v1=\(Hex.encode(mac))")
            let head = try await world.journal.auditHead()
            #expect(
                try request.json == [
                    "version": 1, "delivery": "a", "at": "2023-11-14T22:13:20.000Z", "event": "rollbackFailed", "severity": "page",
                    "environment": "production", "release": 7, "revision": .string(String(repeating: "b", count: 40)),
                    "incident": ["key": "slipway/production", "state": "open"], "text": "production: a",
                    "audit": ["sequence": 1, "hash": .string(head?.hash ?? "")],
                ])
        }
    }

    /// openssl dgst -sha256 -hmac hmac-secret-1 over `1700000000.{}`.
    @Test func aKnownSignature() {
        #expect(
            WebhookSender.signature(of: Array("{}".utf8), at: 1_700_000_000, secret: "hmac-secret-1")
                == "v1=334e3c3b1d4fdc6b522b329bec3158d6ea0a732bbb22566f2b313615343c6788")
    }

    @Test func eachNoticeIsDeliveredByItselfAndInOrder() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.webhook(service)])
            service.next(.text(500, "later"))
            try await world.happen(world.notice("a"), world.notice("b"), world.notice("c", environment: "staging"))
            _ = try await deliverer.routeDue()
            for _ in 0..<4 {
                try await deliverer.deliverDue()
                world.pass(.seconds(10))
            }
            #expect(
                service.received.map { $0.headers["slipway-delivery"] } == ["a", "a", "b", "c"]
                    || service.received.map { $0.headers["slipway-delivery"] } == ["a", "c", "a", "b"])
        }
    }
}
