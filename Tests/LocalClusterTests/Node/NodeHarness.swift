import Foundation
import Logging
import Manifests
import Testing

@testable import LocalCluster

/// A store with its controllers and a node, for one test; everything is stopped afterwards.
struct NodeHarness: Sendable {
    let store: ObjectStore
    let node: LocalNode
    let directory: String

    static let namespace = "shop"

    /// `sh` is an image whose entry point is the shell.
    static func with(
        images: [LocalImage] = [.test("sh", ["/bin/sh"])], configure: (inout NodeConfiguration) -> Void = { _ in },
        _ body: (NodeHarness) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "node-" + UUID().uuidString
        var configuration = NodeConfiguration(stateDirectory: directory)
        configuration.restartBackoff = Backoff(base: .milliseconds(100), limit: .milliseconds(400), reset: .seconds(600))
        configuration.pullBackoff = Backoff(base: .milliseconds(200), limit: .milliseconds(400), reset: .seconds(600))
        configuration.configurationRetry = .milliseconds(50)
        configuration.volumeRefreshInterval = .milliseconds(50)
        configuration.usageInterval = .milliseconds(50)
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .warning
        let store = ObjectStore()
        try store.create(.namespaces, ["metadata": ["name": .string(namespace)]])
        let node = try await LocalNode.start(
            store: store, configuration: configuration, images: ImageStore(catalog: ImageCatalog(images: images)), logger: logger)
        let controllers = Task { await ControllerManager(store: store, logger: logger).run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(NodeHarness(store: store, node: node, directory: directory)))
        } catch {
            result = .failure(error)
        }
        controllers.cancel()
        await controllers.value
        await node.stop()
        try? FileManager.default.removeItem(atPath: directory)
        try result.get()
    }

    // MARK: - Objects

    @discardableResult
    func pod(
        _ name: String = "one", _ script: String, labels: Value = [:], container: Value = .object([:]), spec: Value = .object([:])
    ) throws -> Value {
        var main: Value = ["name": "main", "image": "sh", "args": ["-c", .string(script)]]
        for (key, value) in container.object ?? [:] { main[key] = value }
        var whole: Value = ["containers": [main], "terminationGracePeriodSeconds": 5]
        for (key, value) in spec.object ?? [:] { whole[key] = value }
        return try store.create(
            .pods,
            ["metadata": ["name": .string(name), "namespace": .string(Self.namespace), "labels": labels], "spec": whole])
    }

    func configMap(_ name: String, _ data: Value) throws {
        try store.create(.configMaps, ["metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "data": data])
    }

    func deployment(_ name: String = "web", replicas: Int64 = 2, script: String, extra: Value = .object([:])) -> Value {
        var spec: Value = [
            "replicas": .integer(replicas), "selector": ["matchLabels": ["app": .string(name)]],
            "template": [
                "metadata": ["labels": ["app": .string(name)]],
                "spec": [
                    "terminationGracePeriodSeconds": 5,
                    "containers": [["name": "main", "image": "sh", "args": ["-c", .string(script)]]],
                ],
            ],
        ]
        for (key, value) in extra.object ?? [:] { spec[key] = value }
        return ["metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "spec": spec]
    }

    // MARK: - Waiting

    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    /// The first state of the object that meets the condition; looks at every change, with a deadline.
    @discardableResult
    func wait(
        _ type: ResourceType, _ name: String, seconds: Int = 20, _ what: String = "", until condition: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        try await waitForAny(type, seconds: seconds, "\(name) \(what)") { $0.name == name && condition($0) }
    }

    @discardableResult
    func waitForAny(
        _ type: ResourceType, seconds: Int = 20, _ what: String = "", _ condition: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        let events = try store.watch(type, namespace: Self.namespace)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await event in events where event.kind != .deleted && condition(event.object) { return event.object }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            if let found = try await group.next() ?? nil { return found }
            throw TimedOut(description: "\(type.kind) \(what) did not come to be: \(dump(type))")
        }
    }

    func waitUntilGone(_ type: ResourceType, _ name: String, seconds: Int = 20) async throws {
        let events = try store.watch(type, namespace: Self.namespace)
        if store.get(type, namespace: Self.namespace, name: name) == nil { return }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await event in events where event.kind == .deleted && event.object.name == name { return true }
                return false
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else { throw TimedOut(description: "\(name) is still there: \(dump(type))") }
        }
    }

    /// For what is not an object: tried again at every tick until the deadline.
    func eventually(seconds: Int = 20, _ what: @autoclosure () -> String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw TimedOut(description: what()) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func log(_ pod: String, container: String = "main", previous: Bool = false) async throws -> String {
        var options = LogOptions()
        options.previous = previous
        var bytes: [UInt8] = []
        for await chunk in try await node.logs(namespace: Self.namespace, pod: pod, container: container, options: options) {
            bytes += chunk
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func events(about name: String) -> [Value] {
        store.list(.events, namespace: Self.namespace).items.filter { $0["involvedObject", "name"]?.string == name }
    }

    func messages(about name: String) -> [String] { events(about: name).compactMap { $0["message"]?.string } }

    func reasons(about name: String) -> Set<String> { Set(events(about: name).compactMap { $0["reason"]?.string }) }

    private func dump(_ type: ResourceType) -> String {
        store.list(type, namespace: Self.namespace).items.map { JSON.string($0["status"] ?? .null) }.joined(separator: "\n")
    }
}

extension LocalImage {
    static func test(_ name: String, _ command: [String]) -> LocalImage {
        LocalImage(
            name: ImageName.normalized(name), command: command, arguments: [], environment: [:], workingDirectory: nil, pullSeconds: 0)
    }
}

extension Value {
    func container(_ name: String = "main") -> Value? {
        self["status", "containerStatuses"]?.array?.first { $0["name"]?.string == name }
    }
}
