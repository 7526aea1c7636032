import Foundation
import Manifests
import NIOCore
import NIOPosix
import Testing

@testable import LocalCluster

/// Services that relay connections to listeners of this process.
@Suite(.timeLimit(.minutes(1))) struct NodeProxyTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    /// Answers each line with its own name and the line.
    private final class EchoHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let name: String
        init(_ name: String) { self.name = name }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = context.channel.allocator.buffer(string: "\(name):")
            buffer.writeImmutableBuffer(unwrapInboundIn(data))
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, case .inputClosed = event { context.close(promise: nil) }
        }
    }

    private func listen(_ name: String, _ address: String, port: Int = 0) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(EchoHandler(name)) }
            }
            .bind(host: address, port: port).get()
    }

    /// Sends a line, ends its side, and returns all that came back; nil when the connection was refused or reset.
    private func ask(_ host: String, _ port: Int, _ text: String = "hi") async -> String? {
        do {
            let channel = try await ClientBootstrap(group: group).channelOption(.allowRemoteHalfClosure, value: true)
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
                }
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: text))
                outbound.finish()
                var answer = ""
                for try await part in inbound { answer += String(buffer: part) }
                return answer
            }
        } catch {
            return nil
        }
    }

    static func freePort() async throws -> Int64 {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "0.0.0.0", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close().get()
        return Int64(try #require(port))
    }

    private func service(_ cluster: NodeHarness, port: Int64, target: Int64) throws {
        try cluster.store.create(
            .services,
            [
                "metadata": ["name": "web", "namespace": .string(NodeHarness.namespace)],
                "spec": ["selector": ["app": "web"], "ports": [["port": .integer(port), "targetPort": .integer(target)]]],
            ])
    }

    /// A ready Pod that somebody else runs, so the kubelet leaves it alone.
    private func foreignPod(_ cluster: NodeHarness, _ name: String, _ address: String) throws {
        try cluster.store.create(
            .pods,
            [
                "metadata": ["name": .string(name), "namespace": .string(NodeHarness.namespace), "labels": ["app": "web"]],
                "spec": ["nodeName": "elsewhere", "containers": [["name": "c"]]],
                "status": [
                    "phase": "Running", "podIP": .string(address),
                    "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"]],
                ],
            ])
    }

    @Test func aServiceSharesConnectionsOutAndSurvivesAPodThatIsGone() async throws {
        try await NodeHarness.with { cluster in
            let network = cluster.node.network
            let front = try await Self.freePort()
            let (one, two) = (try network.takePodAddress(), try network.takePodAddress())
            let first = try await listen("one", one)
            let port = try #require(first.localAddress?.port)
            let second = try await listen("two", two, port: port)
            try foreignPod(cluster, "one", one)
            try foreignPod(cluster, "two", two)
            try service(cluster, port: front, target: Int64(port))
            let stored = try await cluster.wait(.services, "web") { $0["spec", "clusterIP"]?.string?.isEmpty == false }
            let address = try #require(stored["spec", "clusterIP"]?.string)
            #expect(address.hasPrefix("127.\(network.number).128."))
            try await cluster.eventually("the Service answers") { await ask(address, Int(front)) != nil }
            var answers: [String: Int] = [:]
            for _ in 0..<10 { answers[await ask(address, Int(front)) ?? "none", default: 0] += 1 }
            #expect(answers == ["one:hi": 5, "two:hi": 5])

            // It is gone before anybody has noticed: its turn goes to the other one.
            try await first.close().get()
            // A process that is just being forked by another test may hold the socket for a moment.
            try await cluster.eventually("the first Pod refuses") { await ask(one, port) == nil }
            for _ in 0..<6 {
                let answer = await ask(address, Int(front))
                #expect(answer == "two:hi")
            }

            // The Service that ends refuses.
            try cluster.store.delete(.services, namespace: NodeHarness.namespace, name: "web")
            try await cluster.eventually("nobody answers") { await ask(address, Int(front)) == nil }
            try await second.close().get()
        }
    }

    @Test func aServiceWithoutPodsRefuses() async throws {
        try await NodeHarness.with { cluster in
            let front = try await Self.freePort()
            try service(cluster, port: front, target: 1)
            let stored = try await cluster.wait(.services, "web") { $0["spec", "clusterIP"]?.string?.isEmpty == false }
            #expect(await ask(stored["spec", "clusterIP"]!.string!, Int(front)) == nil)
        }
    }

    @Test func aDrainedPodGetsNoNewConnectionAndKeepsItsOwn() async throws {
        let listener = ServiceListener(group: MultiThreadedEventLoopGroup.singleton, budget: ConnectionBudget(10))
        let network = try LoopbackNetwork.claim()
        let (one, two, front) = (try network.takePodAddress(), try network.takePodAddress(), try network.takeServiceAddress())
        let first = try await listen("one", one)
        let port = try #require(first.localAddress?.port)
        let second = try await listen("two", two, port: port)
        listener.update([.init(address: one, port: port)])
        let open = try await listener.open(host: front, port: 0)
        let held = try await ClientBootstrap(group: group).connect(host: front, port: open) { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
        try await held.executeThenClose { inbound, outbound in
            var answers = inbound.makeAsyncIterator()
            try await outbound.write(ByteBuffer(string: "a"))
            #expect(try await answers.next().map { String(buffer: $0) } == "one:a")
            listener.update([.init(address: one, port: port), .init(address: two, port: port)])
            listener.drain(one)
            for _ in 0..<4 { #expect(await ask(front, open) == "two:hi") }
            try await outbound.write(ByteBuffer(string: "b"))
            #expect(try await answers.next().map { String(buffer: $0) } == "one:b")
        }
        await listener.close()
        try await first.close().get()
        try await second.close().get()
    }

    @Test func aLargeAnswerGoesThroughWhole() async throws {
        let listener = ServiceListener(group: MultiThreadedEventLoopGroup.singleton, budget: ConnectionBudget(10))
        let network = try LoopbackNetwork.claim()
        let (one, front) = (try network.takePodAddress(), try network.takeServiceAddress())
        let server = try await ServerBootstrap(group: group).childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let buffer = channel.allocator.buffer(repeating: 0x61, count: 8 << 20)
                    channel.writeAndFlush(buffer).whenComplete { _ in channel.close(promise: nil) }
                }
            }.bind(host: one, port: 0).get()
        listener.update([.init(address: one, port: try #require(server.localAddress?.port))])
        let open = try await listener.open(host: front, port: 0)
        let size = await ask(front, open, "")?.utf8.count
        #expect(size == 8 << 20)
        await listener.close()
        try await server.close().get()
    }
}
