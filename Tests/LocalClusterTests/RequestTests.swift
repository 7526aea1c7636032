import Hummingbird
import Logging
import Manifests
import NIOCore
import Testing

@testable import LocalCluster

/// What is owned, what a proxy passes on, and what a client cannot write.
@Suite struct RequestTests {
    private func deployment(_ spec: Value) -> Value {
        var container: Value = ["name": "c", "image": "i"]
        container["resources"] = spec["resources"]
        var pod = spec
        pod["resources"] = nil
        pod["containers"] = [container]
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "selector": ["matchLabels": ["a": "b"]], "template": ["metadata": ["labels": ["a": "b"]], "spec": pod],
            ],
        ]
    }

    private let path = "/apis/apps/v1/namespaces/shop/deployments/web"

    private func owned(_ object: Value, by manager: String) -> [String] {
        (ManagedFields(object).entries.first { $0.manager.name == manager }?.fields.paths ?? []).map(FieldTree.text)
    }

    @Test func whatIsSaidIsOwnedThoughItIsNotStored() async throws {
        let harness = try RequestHarness()
        let body = deployment([
            "hostNetwork": false, "nodeSelector": [:], "subdomain": "", "tolerations": [],
            "resources": ["limits": ["cpu": "1000m"]],
        ])
        let made = await harness.apply(path, "one", body)
        #expect(made.status == 201)
        let object = try made.value
        let fields = owned(object, by: "one")
        for field in ["hostNetwork", "nodeSelector", "subdomain", "tolerations"] {
            #expect(fields.contains(".spec.template.spec.\(field)"), "\(field)")
        }
        // It is stored as the API's own encoding has it.
        let spec = object.at(["spec", "template", "spec"])
        #expect(spec?["hostNetwork"] == nil && spec?["tolerations"] == nil)
        #expect(spec?["containers"]?[0]?["resources"]?["limits"]?["cpu"] == "1")
        // The same again changes nothing.
        let again = try await harness.apply(path, "one", body).value
        #expect(again.resourceVersion == object.resourceVersion)
    }

    @Test func anothersFalseIsAConflict() async throws {
        let harness = try RequestHarness()
        _ = await harness.apply(path, "one", deployment(["hostNetwork": false]))
        let second = await harness.apply(path, "two", deployment(["hostNetwork": true]))
        #expect(second.status == 409)
        #expect(try second.value["message"]?.string?.contains(".spec.template.spec.hostNetwork") == true)
    }

    @Test func aStatusIsNotMadeByItsClient() async throws {
        let harness = try RequestHarness()
        let pod: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]],
            "status": ["phase": "Running", "podIP": "1.2.3.4"],
        ]
        let made = try await harness.send(.post, "/api/v1/namespaces/shop/pods", pod).value
        #expect(made["status"]?["phase"] == "Pending")
        #expect(made["status"]?["podIP"] == nil)
        #expect(made.generation == 1)
        var body = deployment([:])
        body["status"] = ["readyReplicas": 3]
        let workload = try await harness.send(.post, "/apis/apps/v1/namespaces/shop/deployments", body).value
        #expect(workload["status"]?["readyReplicas"] == nil)
    }

    @Test func aPodsGenerationCountsWhatIsAskedForAndNotWhereItRuns() async throws {
        let harness = try RequestHarness()
        try harness.store.create(
            .pods, ["metadata": ["name": "p", "namespace": "shop"], "spec": ["containers": [["name": "c", "image": "i:1"]]]])
        let bound = try harness.store.update(.pods, namespace: "shop", name: "p") { $0["spec", "nodeName"] = "node" }
        #expect(bound.generation == 1)
        let changed = try harness.store.update(.pods, namespace: "shop", name: "p") {
            $0["spec", "containers"] = [["name": "c", "image": "i:2"]]
        }
        #expect(changed.generation == 2)
    }

    @Test func aProxyPassesOnWhatIsEndToEnd() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let seen = request.headers.map { "\($0.name.canonicalName)=\($0.value)" }.joined(separator: "\n")
            return Response(status: .ok, headers: [.eTag: "\"1\""], body: ResponseBody(byteBuffer: ByteBuffer(string: seen)))
        }
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) }, logger: Logger(label: "echo"))
        let work = Task { try await application.run() }
        defer { work.cancel() }
        for await port in ports {
            let harness = try RequestHarness()
            try harness.store.create(
                .pods, ["metadata": ["name": "p", "namespace": "shop"], "spec": ["containers": [["name": "c", "image": "i"]]]])
            try harness.store.updateStatus(.pods, namespace: "shop", name: "p") { $0["status", "podIP"] = "127.0.0.1" }
            let answer = await harness.send(
                .get, "/api/v1/namespaces/shop/pods/p:\(port)/proxy/",
                headers: [
                    ("X-Request-ID", "42"), ("traceparent", "00-a-b-01"), ("Authorization", "Bearer secret"), ("Connection", "X-Hop"),
                    ("X-Hop", "1"), ("Host", "elsewhere"),
                ])
            guard case .bytes(let bytes) = answer.body else { return }
            let seen = String(decoding: bytes, as: UTF8.self)
            #expect(answer.status == 200)
            #expect(seen.contains("x-request-id=42") && seen.contains("traceparent=00-a-b-01"))
            #expect(!seen.contains("secret") && !seen.contains("x-hop") && !seen.contains("elsewhere"))
            #expect(answer.headers.contains { $0.name.lowercased() == "etag" && $0.value == "\"1\"" })
            return
        }
    }

    @Test func whoOnlyAsksDoesNotKeepAStartOut() async throws {
        let directory = "/tmp/slipway-lock-\(UInt64.random(in: .min ... .max))"
        try FileTree.makeDirectory(directory)
        defer { FileTree.remove(directory) }
        let asking = Task.detached {
            while !Task.isCancelled {
                _ = DirectoryLock.isTaken(directory)
                await Task.yield()
            }
        }
        defer { asking.cancel() }
        for _ in 0..<100 { _ = try await DirectoryLock.take(directory) }
    }
}
