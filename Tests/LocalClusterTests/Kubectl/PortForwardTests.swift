import Manifests
import NIOCore
import TestSupport
import Testing

@testable import LocalCluster

/// `kubectl port-forward` and what it is made of.
@Suite(.timeLimit(.minutes(5))) struct PortForwardTests {
    /// Written by zlib 1.2.13 with the dictionary: the headers of a connection's two streams, one after the other.
    private static let blocks = [
        "ePnjxqfCAiU6SPlbBE7qFgYWBkCaswgSX5mgdMxoAE6JJUWpibnQwoY1FRQVAAAAAP//",
        "IlMzqKRKBAAAAP//",
    ]

    @Test func headersAreReadAcrossBlocks() throws {
        var inflater = HeaderInflater()
        let first = try inflater.inflate(try #require(Base64.decode(Self.blocks[0])))
        #expect(PortForwardStreams.headers(in: first) == ["port": "8080", "requestid": "0", "streamtype": "error"])
        let second = try inflater.inflate(try #require(Base64.decode(Self.blocks[1])))
        #expect(PortForwardStreams.headers(in: second) == ["port": "8080", "requestid": "0", "streamtype": "data"])
    }

    /// A block with Huffman tables of its own, and no dictionary.
    @Test func tablesAreRead() throws {
        let block =
            "eNrki8EJwDAMxK7QQTJAlrrH0RiCDbH3p+4c1UsgBOACcO/wp3WycVaW0fykDVWJtThc52vKFa6gxKSs22+XFwAA//8="
        let letters = Array("aaaaeeeiittsnrho ")
        let text = String(
            (0..<300).map { (index: Int) -> Character in
                let square: Int = index * index * 7
                return letters[(square + index * 13 + index / 3) % 17]
            })
        var inflater = HeaderInflater()
        let output = try inflater.inflate(try #require(Base64.decode(block)))
        #expect(PortForwardStreams.headers(in: output) == ["long": text])
    }

    @Test func whatCannotBeReadIsRefused() throws {
        for bytes: [UInt8] in [[], [0x78], [0x00, 0x00], [0x78, 0x01, 0x07], [0x78, 0x01, 0x00, 1, 0, 1, 0]] {
            var inflater = HeaderInflater()
            #expect(throws: HeaderInflater.Failure.self) { try inflater.inflate(bytes) }
        }
        // Blocks that only grow: the limit holds.
        var inflater = HeaderInflater()
        let stored: [UInt8] = [0, 0xFF, 0xFF, 0, 0] + Array(repeating: 65, count: 0xFFFF)
        #expect(throws: HeaderInflater.Failure.tooLong) { try inflater.inflate([0x78, 0x01] + stored) }
        // Every shortened block ends in an error or in something short, and nothing worse.
        let whole = try #require(Base64.decode(Self.blocks[0]))
        for length in 0..<whole.count {
            var inflater = HeaderInflater()
            if let output = try? inflater.inflate(Array(whole[..<length])) { #expect(output.count < 200) }
        }
    }

    @Test func theDictionaryIsThatOfSPDY3() {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in SPDYHeaderDictionary.bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        #expect(SPDYHeaderDictionary.bytes.count == 1423)
        #expect(b << 16 | a == 0xE3C6_A7C2)
    }

    @Test func frames() throws {
        var buffer = SPDYFrame.dataFrame(3, ByteBuffer(string: "hello"), isLast: true)
        #expect(try SPDYFrame.read(from: &buffer) == .data(3, ByteBuffer(string: "hello"), isLast: true))
        buffer = SPDYFrame.pong(7)
        var part = buffer.readSlice(length: 9) ?? ByteBuffer()
        #expect(try SPDYFrame.read(from: &part) == nil)
        part.writeBuffer(&buffer)
        #expect(try SPDYFrame.read(from: &part) == .ping(7))
        var long = ByteBuffer(bytes: [0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF])
        #expect(throws: SPDYFrame.Failure.tooLong) { try SPDYFrame.read(from: &long) }
        var old = ByteBuffer(bytes: [0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])
        #expect(throws: SPDYFrame.Failure.unsupported) { try SPDYFrame.read(from: &old) }
    }

    @Test func twoStreamsMakeAConnection() {
        var streams = PortForwardStreams()
        func headers(_ kind: String, _ port: String, _ request: String) -> [String: String] {
            ["streamtype": kind, "port": port, "requestid": request]
        }
        #expect(streams.opened(1, headers("error", "80", "0")) == .wait)
        #expect(streams.opened(3, headers("error", "81", "1")) == .wait)
        #expect(streams.opened(5, headers("data", "80", "0")) == .connect(.init(error: 1, data: 5, port: 80)))
        #expect(streams.opened(7, headers("data", "82", "1")) == .refuse)
        #expect(streams.opened(9, headers("data", "0", "2")) == .refuse)
        #expect(streams.opened(11, [:]) == .refuse)
    }

    @Test func throughKubectl() async throws {
        let port = try await NodeProxyTests.freePort()
        let metrics = try await NodeProxyTests.freePort()
        try await RunbookCluster.run(RunbookObjects.novaProd(port: Int(port), metricsPort: Int(metrics))) { cluster in
            // kubectl takes a free port, says which, and forwards until it is stopped.
            let script = """
                kubectl rollout status deployment/video-ranking-service -n nova-prod --timeout=50s >&2
                kubectl port-forward -n nova-prod deployment/video-ranking-service :\(port) > forward.log 2>&1 &
                trap 'kill $!' EXIT
                until grep -q '127.0.0.1:' forward.log; do sleep 0.1; done
                url=http://$(grep -o '127.0.0.1:[0-9]*' forward.log | head -1)
                for i in 1 2 3 4 5 6 7 8; do curl -sf -m 20 -o /dev/null -w '%{http_code}\\n' $url/api/v1/health & pids="$pids $!"; done
                wait $pids
                """
            let result = try await cluster.type(script)
            #expect(result.output.split(separator: "\n").count { $0 == "200" } == 8, "\(result.output)")
            let refused = """
                kubectl port-forward -n nova-prod pod/cache-warmer-1 :9 > refused.log 2>&1 & trap 'kill $! 2>/dev/null' EXIT
                until grep -q '127.0.0.1:' refused.log; do sleep 0.1; done
                curl -s -m 20 http://$(grep -o '127.0.0.1:[0-9]*' refused.log | head -1)/
                until grep -q refused refused.log; do sleep 0.1; done; cat refused.log
                """
            #expect(try await cluster.type(refused).output.contains("connect: connection refused"))
        }
    }
}
