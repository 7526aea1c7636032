import Logging
import Manifests
import NIOPosix
import TestSupport
import Testing

@testable import LocalCluster

/// The log on disk: what is there after a restart, and what a damaged file does.
@Suite struct StateLogTests {
    /// A store with a log in a folder, until `end`.
    private struct Kept {
        let store: ObjectStore
        let log: ChangeLog
        let work: Task<Void, Never>
        let threads: NIOThreadPool

        init(_ directory: StateDirectory, limits: LogLimits = LogLimits()) throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let loaded = try directory.load(logger)
            let log = ChangeLog(revision: loaded.state.revision, limits: limits)
            let store = ObjectStore(
                admission: NoAdmission(), tracker: nil, namespaceContents: { [] }, state: loaded.state, log: log)
            threads = NIOThreadPool(numberOfThreads: 2)
            let writer = try ChangeLogWriter(log: log, directory: directory, loaded: loaded, threads: threads, logger: logger)
            threads.start()
            work = Task { await writer.run(store) }
            self.store = store
            self.log = log
        }

        func end() async throws {
            log.close()
            await work.value
            try await threads.shutdownGracefully()
        }
    }

    private func withDirectory(_ body: (StateDirectory) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in try await body(StateDirectory(path: folder.path)) }
    }

    private func configMap(_ name: String, _ text: String = "1", owner: Value? = nil) -> Value {
        var object: Value = ["metadata": ["name": .string(name), "namespace": "shop"], "data": ["a": .string(text)]]
        if let owner {
            object["metadata", "ownerReferences"] = [
                ["apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner.name ?? ""), "uid": .string(owner.uid ?? "")]
            ]
        }
        return object
    }

    @Test func everythingIsThereAgain() async throws {
        try await withDirectory { directory in
            let first = try Kept(directory)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            let owner = try first.store.create(.configMaps, configMap("owner"))
            try first.store.create(.configMaps, configMap("owned", owner: owner))
            try first.store.create(.configMaps, configMap("gone"))
            try first.store.update(.configMaps, namespace: "shop", name: "owner") { $0["data", "a"] = "2" }
            try first.store.delete(.configMaps, namespace: "shop", name: "gone")
            try await first.store.settle()
            let revision = first.store.resourceVersion
            let items = first.store.list(.configMaps).items
            try await first.end()

            let second = try Kept(directory)
            #expect(second.store.resourceVersion == revision)
            #expect(second.store.list(.configMaps).items == items)
            // A watch of before goes on, and owners are still known.
            let events = try second.store.watch(.configMaps, fromResourceVersion: owner.resourceVersion)
            try second.store.delete(.configMaps, namespace: "shop", name: "owner")
            #expect(second.store.get(.configMaps, namespace: "shop", name: "owned") == nil)
            second.store.endAllWatches()
            var kinds: [String] = []
            for await event in events { kinds.append("\(event.kind.rawValue) \(event.object.name ?? "")") }
            #expect(
                kinds == [
                    "ADDED owned", "ADDED gone", "MODIFIED owner", "DELETED gone", "DELETED owner", "DELETED owned",
                ])
            try await second.end()
        }
    }

    @Test func kindsOfUsersNeedNobodyWhoKnowsThem() async throws {
        let type = ResourceType(group: "example.com", version: "v1", plural: "widgets", kind: "Widget", hasStatus: true)
        try await withDirectory { directory in
            let first = try Kept(directory)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            try first.store.create(type, ["metadata": ["name": "w", "namespace": "shop"], "spec": ["size": 1.5]])
            try await first.end()
            let second = try Kept(directory)
            #expect(second.store.get(type, namespace: "shop", name: "w")?["spec"]?["size"] == 1.5)
            try await second.end()
        }
    }

    @Test(arguments: [1, 7, 15, 16, 17, 200]) func aRecordThatWasCutOffIsDropped(_ bytes: Int) async throws {
        try await withDirectory { directory in
            let first = try Kept(directory)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            try await first.store.settle()
            let whole = try Files.read(directory.log(1))
            try first.store.create(.configMaps, configMap("last", String(repeating: "x", count: 300)))
            try await first.end()
            let all = try Files.read(directory.log(1))
            try Files.write(Array(all[..<(whole.count + bytes)]), to: directory.log(1))

            let second = try Kept(directory)
            #expect(second.store.get(.namespaces, name: "shop") != nil)
            #expect(second.store.list(.configMaps).items.isEmpty)
            try second.store.create(.configMaps, configMap("next"))
            try await second.end()
            let third = try Kept(directory)
            #expect(third.store.list(.configMaps).items.map(\.name) == ["next"])
            try await third.end()
        }
    }

    @Test func zerosAtTheEndAreACutOffRecord() async throws {
        try await withDirectory { directory in
            let first = try Kept(directory)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            try await first.end()
            try Files.write(try Files.read(directory.log(1)) + [UInt8](repeating: 0, count: 4096), to: directory.log(1))
            let second = try Kept(directory)
            #expect(second.store.get(.namespaces, name: "shop") != nil)
            try await second.end()
        }
    }

    @Test func aDamagedMiddleIsAnErrorThatNamesFileAndOffset() async throws {
        try await withDirectory { directory in
            let first = try Kept(directory)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            try await first.store.settle()
            let offset = try Files.read(directory.log(1)).count
            try first.store.create(.configMaps, configMap("one"))
            try await first.store.settle()
            try first.store.create(.configMaps, configMap("two"))
            try await first.end()
            var bytes = try Files.read(directory.log(1))
            bytes[offset + 40] ^= 1
            try Files.write(bytes, to: directory.log(1))
            let error = #expect(throws: LocalClusterError.self) { try Kept(directory) }
            #expect(error?.message.hasPrefix("\(directory.log(1)) is damaged at offset \(offset): a record has the checksum") == true)
            #expect(try Files.read(directory.log(1)) == bytes)
        }
    }

    @Test func aLongLogBecomesASnapshot() async throws {
        try await withDirectory { directory in
            var limits = LogLimits()
            limits.compactionBytes = 8 * 1024
            limits.snapshotObjects = 3
            let first = try Kept(directory, limits: limits)
            try first.store.create(.namespaces, ["metadata": ["name": "shop"]])
            let early = first.store.resourceVersion
            for index in 0..<10 { try first.store.create(.configMaps, configMap("m\(index)")) }
            for round in 0..<200 {
                try first.store.update(.configMaps, namespace: "shop", name: "m\(round % 10)") { $0["data", "a"] = .string("\(round)") }
                if round % 20 == 0 { try await first.store.settle() }
            }
            try await first.store.settle()
            let items = first.store.list(.configMaps).items
            let revision = first.store.resourceVersion
            try await first.end()
            #expect(directory.revisions(".snapshot").count == 1)
            let names = try Files.list(directory.path)
            let sizes = try names.map { try Files.read(directory.path + "/" + $0).count }
            #expect(sizes.reduce(0, +) < 40 * 1024, "\(names) \(sizes)")

            let second = try Kept(directory)
            #expect(second.store.list(.configMaps).items == items)
            #expect(second.store.resourceVersion == revision)
            // What happened before the snapshot is not known any more, whatever the type.
            #expect(throws: APIError.self) { try second.store.watch(.configMaps, fromResourceVersion: early) }
            #expect(throws: APIError.self) { try second.store.watch(.secrets, fromResourceVersion: early) }
            try await second.end()
        }
    }

    @Test func whatTheDiskDoesNotTakeIsRefused() async throws {
        let log = ChangeLog(revision: 1, limits: LogLimits())
        let store = ObjectStore(admission: NoAdmission(), tracker: nil, namespaceContents: { [] }, state: StoreState(), log: log)
        try store.create(.namespaces, ["metadata": ["name": "shop"]])
        let taken = log.takePending()
        log.putBack(taken, because: "cannot write /x/1.log: No space left on device")
        let error = await #expect(throws: APIError.self) { try await store.settle() }
        #expect(error?.httpStatus == 500)
        #expect(error?.message.contains("No space left on device") == true)
        #expect(throws: APIError.self) { try store.create(.namespaces, ["metadata": ["name": "more"]]) }
        #expect(log.takePending().flatMap { $0 }.map(\.revision) == [2])
        log.reached(2)
        try await store.settle()
        try store.create(.namespaces, ["metadata": ["name": "more"]])
    }
}
