import Delivery
import GRDB
import Journal
import Manifests
import Testing

@Suite struct BundleTests {
    private static let canary = "canary-7f3a9c"

    private let config: Value = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings", "namespace": "nova"], "data": ["a": "1"],
    ]
    private let secret: Value = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "token", "namespace": "nova"], "stringData": ["t": .string(canary)],
    ]
    private let deployment: Value = [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "nova"], "spec": ["replicas": 3],
    ]

    @Test func aBundleIsReadBackByIdentityUnderItsDigest() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [deployment, secret, config])
        #expect(digest == (try BundleDigest.digest(of: [config, deployment, secret])))
        try journal.close()
        let again = try fixture.open(readOnly: true)
        #expect(try await again.bundleObjects(digest) == [config, secret, deployment])
        #expect(try await again.hasBundle(digest))
        #expect(try await again.bundleObjects("none") == nil)
    }

    @Test func theDigestIsOfContentAndNotOfItsWriting() async throws {
        let reordered: Value = [
            "kind": "ConfigMap", "data": ["a": "1"], "metadata": ["namespace": "nova", "name": "settings"], "apiVersion": "v1",
        ]
        #expect(try BundleDigest.digest(of: [reordered, secret]) == (try BundleDigest.digest(of: [secret, config])))
        var other = config
        other.set(["data", "a"], to: "2")
        #expect(try BundleDigest.digest(of: [config]) != (try BundleDigest.digest(of: [other])))
        #expect(try BundleDigest.digest(of: []) != (try BundleDigest.digest(of: [config])))
    }

    /// Other tools can compute it: this is what the documented framing gives.
    @Test func theFramingOfTheDigest() throws {
        let bytes = config.canonicalBytes()
        let frame = Array("slipway-bundle-v1\n".utf8) + [0, 0, 0, 0, 0, 0, 0, UInt8(bytes.count)] + bytes
        #expect(try BundleDigest.digest(of: [config]) == SHA256.hex(frame))
    }

    @Test func objectsAreKeptOnce() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        try await journal.storeBundle(objects: [config, secret])
        try await journal.storeBundle(objects: [config, secret, deployment])
        try await journal.storeBundle(objects: [config, secret])
        let counts = try await DatabaseQueue(path: fixture.path).read { db in
            try ["objects", "bundles", "bundleObjects"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(counts == [3, 2, 5])
    }

    @Test func noSecretStandsInAnyFile() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [config, secret])
        let visible: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "seen"], "data": ["a": "visible-canary"]]
        try await journal.storeBundle(objects: [visible])
        func contains(_ text: String) throws -> Bool {
            String(decoding: try fixture.allBytes(), as: UTF8.self).contains(text)
        }
        // The search finds what is in the clear, so that it proves something when it finds nothing.
        #expect(try contains("visible-canary"))
        #expect(try !contains(Self.canary))
        #expect(try !contains(Base64.encode(Array(Self.canary.utf8))))
        #expect(try await journal.bundleObjects(digest)?.last == secret)
        try journal.close()
        #expect(try !contains(Self.canary))
    }

    @Test func anotherKeyDoesNotOpenSecrets() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let sealed = try await journal.storeBundle(objects: [secret])
        let plain = try await journal.storeBundle(objects: [config])
        try journal.close()
        let other = try Journal(path: fixture.path, sealer: Fixture().sealer, signer: nil)
        let error = await #expect(throws: JournalError.self) { try await other.bundleObjects(sealed) }
        #expect(error?.code == .sealing)
        #expect(try await other.bundleObjects(plain) == [config])
    }

    @Test(arguments: [
        "UPDATE objects SET body = CAST(replace(CAST(body AS TEXT), '\"1\"', '\"2\"') AS BLOB) WHERE isSealed = 0",
        "DELETE FROM bundleObjects WHERE position = 0", "UPDATE bundles SET objectCount = 9",
        "UPDATE objects SET body = X'00' WHERE isSealed = 0",
    ])
    func aBundleThatIsNotWhatWasStoredIsNotUsed(_ sql: String) async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [config, deployment])
        try journal.close()
        let queue = try DatabaseQueue(path: fixture.path)
        try await queue.write { db in try db.execute(sql: sql) }
        try queue.close()
        let again = try fixture.open()
        let error = await #expect(throws: JournalError.self) { try await again.bundleObjects(digest) }
        #expect(error?.code == .corrupt && error?.message.contains("not used") == true)
    }

    @Test func whatIsNoBundleIsRefused() async throws {
        let journal = try Fixture().open()
        let unnamed = await #expect(throws: JournalError.self) { try await journal.storeBundle(objects: [["kind": "ConfigMap"]]) }
        #expect(unnamed?.code == .invalid)
        let twice = await #expect(throws: JournalError.self) { try await journal.storeBundle(objects: [config, config]) }
        #expect(twice?.message.contains("ConfigMap nova/settings") == true)
    }

    @Test func renderingsAreKeptByEnvironmentAndRevision() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [config])
        let good = StoredRendering(
            environment: "staging", revision: Samples.revision("a"),
            outcome: .bundle(digest: digest, policy: ["kind": "Environment"], smokeTests: [["kind": "SmokeTest"]]), at: Samples.now)
        let bad = StoredRendering(
            environment: "staging", revision: Samples.revision("b"), outcome: .failed(message: "line 3: no"), at: Samples.now)
        try await journal.recordRendering(good)
        try await journal.recordRendering(bad)
        #expect(try await journal.rendering(environment: "staging", revisionID: good.revision.id) == good)
        #expect(try await journal.rendering(environment: "production", revisionID: good.revision.id) == nil)
        #expect(try await journal.latestRenderings(environment: "staging") == [bad, good])
        try await journal.recordRendering(good)
        #expect(try await journal.latestRenderings(environment: "staging") == [good, bad])
        #expect(try await journal.latestRenderings(environment: "staging", limit: 1) == [good])
    }
}
