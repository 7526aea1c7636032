internal import NIOCore

/// Which streams of a client belong together: each connection that it forwards is one stream for its bytes and one for what goes wrong. Pure.
struct PortForwardStreams {
    struct Pair: Equatable {
        var error: UInt32
        var data: UInt32
        var port: Int
    }

    enum Decision: Equatable {
        /// The other stream of its pair is still to come.
        case wait
        case connect(Pair)
        case refuse
    }

    private struct Half {
        var stream: UInt32
        var isError: Bool
        var port: Int
    }

    private var halves: [String: Half] = [:]

    /// - Parameter headers: as they came out of the compression.
    mutating func opened(_ stream: UInt32, _ headers: [String: String]) -> Decision {
        guard let kind = headers["streamtype"], kind == "error" || kind == "data", let port = headers["port"].flatMap({ Int($0) }),
            (1...65535).contains(port)
        else { return .refuse }
        let request = headers["requestid"] ?? ""
        let half = Half(stream: stream, isError: kind == "error", port: port)
        guard let other = halves.removeValue(forKey: request) else {
            guard halves.count < APIServerLimits.forwardedConnections else { return .refuse }
            halves[request] = half
            return .wait
        }
        guard other.isError != half.isError, other.port == port else { return .refuse }
        return .connect(Pair(error: half.isError ? stream : other.stream, data: half.isError ? other.stream : stream, port: port))
    }

    /// The list of a header block: a count, then names and values with their lengths.
    static func headers(in bytes: [UInt8]) -> [String: String]? {
        var buffer = ByteBuffer(bytes: bytes)
        guard let count = buffer.readInteger(as: UInt32.self), count <= 64 else { return nil }
        var headers: [String: String] = [:]
        for _ in 0..<count {
            guard let name = text(&buffer), let value = text(&buffer) else { return nil }
            headers[name.lowercased()] = value
        }
        return headers
    }

    private static func text(_ buffer: inout ByteBuffer) -> String? {
        guard let length = buffer.readInteger(as: UInt32.self) else { return nil }
        return buffer.readString(length: Int(length))
    }
}
