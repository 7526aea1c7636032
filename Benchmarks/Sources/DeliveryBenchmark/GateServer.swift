import BenchmarkSupport
import Foundation
import Synchronization

/// What the smoke test asks: it says no to version 2, and remembers when it first said so.
final class GateServer: Sendable {
    let url: String
    private let listener: Int32
    private let refusal = Mutex<ContinuousClock.Instant?>(nil)

    var refusedAt: ContinuousClock.Instant? { refusal.withLock(\.self) }
    func forget() { refusal.withLock { $0 = nil } }

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = Connection.place("127.0.0.1", 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw Failure("no port for the gate: errno \(errno)") }
        self.listener = listener
        url = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        Thread.detachNewThread { [self] in
            while true { serve() }
        }
    }

    private func serve() {
        guard let connection = try? Connection(accepting: listener) else { return }
        let request = connection.receive { $0.contains("\r\n\r\n") }
        let isBad = request.hasPrefix("GET /of/2 ")
        if isBad { refusal.withLock { $0 = $0 ?? .now } }
        connection.send("HTTP/1.1 \(isBad ? "500 Internal Server Error" : "200 OK")\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
}
