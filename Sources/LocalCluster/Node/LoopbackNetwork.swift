internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A /16 of 127.0.0.0/8 that belongs to this cluster alone for as long as this object lives. Linux answers on every address of 127.0.0.0/8
/// without any set-up, and none of them can be reached from another machine.
///
/// The claim is a listening socket on the network's first address: the kernel gives it to one process only, and takes it back when that
/// process ends, however it ends.
package final class LoopbackNetwork: Sendable {
    /// The second octet.
    package let number: Int
    private let lock: Mutex<Int32?>
    private let addresses: Mutex<Addresses>

    private struct Addresses {
        var pods = AddressRing(subnets: NodeLimits.podSubnets)
        var services = AddressRing(subnets: NodeLimits.serviceSubnets)
    }

    private init(number: Int, lock: Int32) {
        self.number = number
        self.lock = Mutex(lock)
        addresses = Mutex(Addresses())
    }

    deinit { giveBack() }

    /// The next cluster may have it. May be called more than once.
    func giveBack() {
        if let descriptor = lock.withLock({ $0.take() }) { close(descriptor) }
    }

    /// - Parameter start: where in the range to begin looking; random keeps clusters that start at the same moment apart.
    package static func claim(
        startingAt start: Int = Int.random(in: NodeLimits.networkNumbers)
    ) throws(NodeError) -> LoopbackNetwork {
        let range = NodeLimits.networkNumbers
        for step in 0..<range.count {
            let number = range.lowerBound + (start - range.lowerBound + step) % range.count
            if let lock = listen(number) { return LoopbackNetwork(number: number, lock: lock) }
        }
        throw NodeError(
            .noFreeNetwork,
            "no free network for Pods: none of 127.\(range.lowerBound).0.1 to 127.\(range.upperBound).0.1 lets us listen on port "
                + "\(NodeLimits.lockPort). Either \(range.count) local clusters run already, or a program listens on that port on all "
                + "addresses; `ss -ltnp sport = :\(NodeLimits.lockPort)` names it")
    }

    /// The network of an address of this kind; nil for any other.
    static func number(of address: String) -> Int? {
        let octets = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard octets.count == 4, octets[0] == 127, NodeLimits.networkNumbers.contains(octets[1]) else { return nil }
        return octets[1]
    }

    /// The node's own address.
    package var nodeAddress: String { "127.\(number).0.1" }

    package func takePodAddress() throws(NodeError) -> String { try take(\.pods, "Pods") }
    package func takeServiceAddress() throws(NodeError) -> String { try take(\.services, "Services") }
    package func releasePodAddress(_ address: String) { release(\.pods, address) }
    package func releaseServiceAddress(_ address: String) { release(\.services, address) }

    /// Keeps an address that a client chose for its Service. False when it is not of this network or not free.
    package func reserveServiceAddress(_ address: String) -> Bool {
        guard let place = place(of: address) else { return false }
        return addresses.withLock { $0.services.reserve(place) }
    }

    private func take(_ ring: any WritableKeyPath<Addresses, AddressRing> & Sendable, _ what: String) throws(NodeError) -> String {
        guard let place = addresses.withLock({ $0[keyPath: ring].take() }) else {
            throw NodeError(.addressesExhausted, "all addresses for \(what) in 127.\(number).0.0/16 are taken")
        }
        return "127.\(number).\(place.0).\(place.1)"
    }

    private func release(_ ring: any WritableKeyPath<Addresses, AddressRing> & Sendable, _ address: String) {
        guard let place = place(of: address) else { return }
        addresses.withLock { $0[keyPath: ring].release(place) }
    }

    private func place(of address: String) -> (Int, Int)? {
        let octets = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard octets.count == 4, octets[0] == 127, octets[1] == number else { return nil }
        return (octets[2], octets[3])
    }

    private static func listen(_ number: Int) -> Int32? {
        #if os(Linux)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(NodeLimits.lockPort).bigEndian
        address.sin_addr.s_addr = (UInt32(127) << 24 | UInt32(number) << 16 | 1).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard bound == 0, systemListen(descriptor) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}

private func systemListen(_ descriptor: Int32) -> Int32 { listen(descriptor, 1) }

/// Host numbers, given out in a circle so that an address that was just freed is the last to be given out again: a late packet or a client
/// that remembers it then meets nobody instead of a stranger.
struct AddressRing {
    private let subnets: ClosedRange<Int>
    private var next = 0
    private var taken: Set<Int> = []

    init(subnets: ClosedRange<Int>) { self.subnets = subnets }

    private static let hostsPerSubnet = 254
    private var capacity: Int { subnets.count * Self.hostsPerSubnet }

    mutating func take() -> (Int, Int)? {
        guard taken.count < capacity else { return nil }
        while taken.contains(next) { next = (next + 1) % capacity }
        defer { next = (next + 1) % capacity }
        taken.insert(next)
        return (subnets.lowerBound + next / Self.hostsPerSubnet, next % Self.hostsPerSubnet + 1)
    }

    mutating func reserve(_ place: (Int, Int)) -> Bool { index(place).map { taken.insert($0).inserted } ?? false }

    mutating func release(_ place: (Int, Int)) {
        if let index = index(place) { taken.remove(index) }
    }

    private func index(_ place: (Int, Int)) -> Int? {
        guard subnets.contains(place.0), (1...Self.hostsPerSubnet).contains(place.1) else { return nil }
        return (place.0 - subnets.lowerBound) * Self.hostsPerSubnet + place.1 - 1
    }
}
