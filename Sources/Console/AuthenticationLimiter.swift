internal import NIOCore
internal import Synchronization

/// Who failed to say who they are, how often and since when. Neither guessing nor filling the log is to be had for nothing.
final class AuthenticationLimiter: Sendable {
    private struct Failures {
        var since: ContinuousClock.Instant
        var count = 0
    }

    private let peers = Mutex<[String: Failures]>([:])
    private let failures: Int
    private let window: Duration
    private let capacity: Int

    init(
        failures: Int = ConsoleLimits.failures, window: Duration = ConsoleLimits.failureWindow, capacity: Int = ConsoleLimits.failingPeers
    ) {
        self.failures = failures
        self.window = window
        self.capacity = capacity
    }

    /// How long this peer has to wait; `nil` when it need not.
    func pause(of peer: String, at now: ContinuousClock.Instant = .now) -> Duration? {
        peers.withLock { peers in
            guard let known = peers[peer], known.count >= failures else { return nil }
            let rest = window - (now - known.since)
            return rest > .zero ? rest : nil
        }
    }

    func failed(_ peer: String, at now: ContinuousClock.Instant = .now) {
        peers.withLock { peers in
            if let known = peers[peer], now - known.since < window {
                peers[peer]?.count += 1
                return
            }
            if peers[peer] == nil, peers.count >= capacity {
                peers = peers.filter { now - $0.value.since < window }
                // Still full: the one that has waited longest goes.
                if peers.count >= capacity, let oldest = peers.min(by: { $0.value.since < $1.value.since })?.key { peers[oldest] = nil }
            }
            peers[peer] = Failures(since: now, count: 1)
        }
    }

    var count: Int { peers.withLock(\.count) }
}

/// Whom failures are counted for.
enum PeerName {
    /// An IPv4 address, or the /64 of an IPv6 one: whoever has one of its addresses has all of them.
    static func name(_ address: SocketAddress?) -> String {
        guard let address else { return "unknown" }
        guard case .v6 = address, let text = address.ipAddress else { return address.ipAddress ?? "unknown" }
        if text.hasPrefix("::ffff:"), text.contains(".") { return String(text.dropFirst("::ffff:".count)) }
        return network(text)
    }

    /// The first four groups of the text form.
    static func network(_ text: String) -> String {
        let halves = text.split(separator: "%")[0].components(splitBy: "::")
        let head = halves.first?.split(separator: ":").map(String.init) ?? []
        let tail = halves.count > 1 ? halves[1].split(separator: ":").map(String.init) : []
        let zeros = halves.count > 1 ? Array(repeating: "0", count: max(0, 8 - head.count - tail.count)) : []
        return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
    }
}

extension Substring {
    /// At the first occurrence of two characters.
    fileprivate func components(splitBy separator: String) -> [Substring] {
        guard let range = firstRange(of: separator) else { return [self] }
        return [self[..<range.lowerBound], self[range.upperBound...]]
    }
}
