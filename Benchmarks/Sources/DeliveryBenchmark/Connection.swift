import BenchmarkSupport
import Foundation

/// As much of TCP as the measures need, without a library whose own queues would be measured too.
struct Connection: ~Copyable {
    private let socket: Int32

    init(accepting listener: Int32) throws {
        socket = accept(listener, nil, nil)
        guard socket >= 0 else { throw Failure("accept: errno \(errno)") }
    }

    init(to address: String, port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var place = Self.place(address, port)
        let status = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(socket)
            throw Failure("connect to \(address):\(port): errno \(errno)")
        }
    }

    deinit { close(socket) }

    func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// - Parameter isWhole: whether what came so far is enough; the end of the connection always is.
    func receive(until isWhole: (String) -> Bool) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 8192)
        while !isWhole(text) {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    static func place(_ address: String, _ port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr(address)
        return place
    }
}
