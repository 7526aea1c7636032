import Certificates
import Compression
import GRDB
import Journal
import Manifests
import Testing

@Suite struct CompressionTests {
    private static let large: Value = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "large"],
        "data": ["text": .string(String(repeating: "canary ", count: 5_000))],
    ]
    private static let secret: Value = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "large"],
        "stringData": ["text": .string(String(repeating: "canary ", count: 5_000))],
    ]

    @Test(arguments: [0, 1, 255, 70_000]) func whatIsPackedIsUnpacked(_ count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(try Packed.unpack(Packed.pack(plain), limit: count) == plain)
    }

    @Test func nothingIsExpandedBeyondTheLimit() throws {
        let bomb = try Packed.pack([UInt8](repeating: 0, count: 1 << 20))
        #expect(bomb.count < 2_000)
        #expect(#expect(throws: CompressionError.self) { try Packed.unpack(bomb, limit: 1 << 19) }?.code == .tooLarge)
        // One that says less than it has gets no more than it says.
        let liar = [0, 0, 1, 0] + bomb.dropFirst(4)
        #expect(#expect(throws: CompressionError.self) { try Packed.unpack(liar, limit: 1 << 19) }?.code == .malformed)
        // One that says more.
        let boaster = [0, 0x20, 0, 0] + bomb.dropFirst(4)
        #expect(#expect(throws: CompressionError.self) { try Packed.unpack(boaster, limit: 1 << 22) }?.code == .malformed)
    }

    @Test func damagedAndForeignBytesAreRefused() throws {
        let packed = try Packed.pack(Array("some text, some text, some text".utf8))
        for place in 4..<packed.count {
            var damaged = packed
            damaged[place] ^= 0x40
            // The checksum at the end finds what the code does not. The size of the window may be another one.
            do throws(CompressionError) {
                #expect(try Packed.unpack(damaged, limit: 1000) == Packed.unpack(packed, limit: 1000))
            } catch {
                #expect(error.code == .malformed)
            }
        }
        for count in 0..<packed.count {
            #expect(throws: CompressionError.self) { try Packed.unpack(Array(packed.prefix(count)), limit: 1000) }
        }
        #expect(throws: CompressionError.self) { try Packed.unpack(packed + [0], limit: 1000) }
    }

    @Test func objectsAreStoredSmallSecretsToo() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [Self.large, Self.secret])
        let rows = try DatabaseQueue(path: fixture.path).read { db in
            try Row.fetchAll(db, sql: "SELECT encoding, isSealed, keyID, length(body) AS size FROM objects ORDER BY isSealed")
        }
        #expect(rows.map { $0["encoding"] as Int } == [1, 1] && rows.map { $0["isSealed"] as Int } == [0, 1])
        #expect(rows.allSatisfy { ($0["size"] as Int) < 1_000 })
        #expect(rows[0]["keyID"] as String? == nil && rows[1]["keyID"] as String? == fixture.sealing.name)
        #expect(try await journal.bundleObjects(digest) == [Self.large, Self.secret])
        #expect(digest == (try BundleDigest.digest(of: [Self.large, Self.secret])))
    }

    @Test(arguments: ["X'0000000100'", "X'7FFFFFFF789C'", "substr(body, 1, length(body) - 3)"])
    func aDamagedObjectIsNotUsed(_ body: String) async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let digest = try await journal.storeBundle(objects: [Self.large])
        try journal.close()
        try await DatabaseQueue(path: fixture.path).write { db in try db.execute(sql: "UPDATE objects SET body = \(body)") }
        let again = try fixture.open()
        let error = await #expect(throws: JournalError.self) { try await again.bundleObjects(digest) }
        #expect(error?.code == .corrupt && error?.message.contains("journal restore") == true)
    }
}
