internal import NIOCore
internal import Synchronization

/// The connections of one port-forward, by the stream that carries their bytes.
final class ForwardedStreams: Sendable {
    typealias Socket = (writer: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel)

    /// Set when the Pod has accepted the connection; nil when it did not.
    typealias Connection = OneValue<Socket?>

    private let open = Mutex<[UInt32: Connection]>([:])

    /// Nil above the limit.
    func begin(_ stream: UInt32) -> Connection? {
        open.withLock { open in
            guard open.count < APIServerLimits.forwardedConnections else { return nil }
            let connection = Connection()
            open[stream] = connection
            return connection
        }
    }

    /// Waits for the Pod to accept the connection, and to take the bytes: what is not taken stays with the client.
    func deliver(_ bytes: ByteBuffer, to stream: UInt32, isLast: Bool) async {
        guard let connection = open.withLock({ $0[stream] }), let socket = await connection.value() else { return }
        if bytes.readableBytes > 0 {
            do {
                try await socket.writer.write(bytes)
            } catch {
                // The Pod has closed the connection, which its reader tells the client.
                return
            }
        }
        if isLast { socket.writer.finish() }
    }

    func end(_ stream: UInt32) {
        let connection = open.withLock { $0.removeValue(forKey: stream) }
        connection?.set(nil)
        if let socket = connection?.current ?? nil { socket.channel.close(mode: .all, promise: nil) }
    }

    func endAll() {
        for stream in open.withLock({ Array($0.keys) }) { end(stream) }
    }
}
