internal import Manifests
internal import NIOCore

/// The protocols of `exec` and `attach` over WebSocket: the first byte of each message says which channel it belongs to (KEP-4006).
enum RemoteCommandProtocol: String, Sendable, CaseIterable {
    /// Adds the message by which a client closes its standard input.
    case v5 = "v5.channel.k8s.io"
    /// The result is a `Status` on the error channel.
    case v4 = "v4.channel.k8s.io"

    enum Channel: UInt8, Sendable {
        case stdin = 0
        case stdout = 1
        case stderr = 2
        case error = 3
        case resize = 4
        /// Followed by the number of the channel that is closed.
        case close = 255
    }

    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// The newest that the client knows too.
    static func chosen(from offered: [String]) -> RemoteCommandProtocol? { allCases.first { offered.contains($0.rawValue) } }

    static func message(_ channel: Channel, _ bytes: ByteBuffer = ByteBuffer()) -> ByteBuffer {
        var bytes = bytes
        var message = ByteBuffer()
        message.reserveCapacity(bytes.readableBytes + 1)
        message.writeInteger(channel.rawValue)
        message.writeBuffer(&bytes)
        return message
    }

    /// What clients take the exit code of `kubectl exec` from.
    static func status(exitCode: Int64) -> Value {
        if exitCode == 0 { return ["metadata": [:], "status": "Success"] }
        return [
            "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
            "message": .string("command terminated with non-zero exit code: command terminated with exit code \(exitCode)"),
            "details": ["causes": [["reason": "ExitCode", "message": .string(String(exitCode))]]],
        ]
    }
}
