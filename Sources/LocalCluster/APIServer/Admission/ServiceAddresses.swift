package import Manifests
internal import Synchronization

/// Hands out the cluster addresses and node ports of Services. An address is not given out again while the cluster runs.
///
/// A cluster whose node answers on the addresses leaves them to the node, which fills them in as soon as it listens.
package final class ServiceAddresses: Sendable {
    private struct State {
        var next = 1
        var nextPort = 30_000
        var used: Set<String> = []
    }

    private let state = Mutex(State())
    private let prefix: String?

    /// - Parameter prefix: the first two numbers of the addresses; nil when the node gives them.
    package init(prefix: String? = "127.96") { self.prefix = prefix }

    /// Takes note of what Services have that were stored before.
    package func reserve(usedBy services: [Value]) {
        for service in services {
            if let address = service["spec"]?["clusterIP"]?.string, !address.isEmpty, address != "None" { _ = reserve(address) }
            for port in service["spec"]?["ports"]?.array ?? [] {
                guard let number = port["nodePort"]?.integer else { continue }
                state.withLock { $0.nextPort = max($0.nextPort, Int(clamping: number) + 1) }
            }
        }
    }

    /// The next free address; nil when the node gives it.
    package func allocate() throws(APIError) -> String? {
        guard let prefix else { return nil }
        return try state.withLock { (state) throws(APIError) -> String in
            while state.next < 65_000 {
                let address = "\(prefix).\(state.next / 256).\(state.next % 256)"
                state.next += 1
                if state.next % 256 == 255 { state.next += 2 }
                if state.used.insert(address).inserted { return address }
            }
            throw APIError(.internalError, "all cluster addresses of \(prefix).0.0/16 are taken; restart the cluster to reuse them")
        }
    }

    /// Reserves an address that the Service itself names.
    package func reserve(_ address: String) -> Bool {
        prefix == nil || state.withLock { $0.used.insert(address).inserted }
    }

    package func allocatePort() throws(APIError) -> Int64 {
        try state.withLock { (state) throws(APIError) -> Int64 in
            guard state.nextPort <= 32_767 else { throw APIError(.internalError, "all node ports from 30000 to 32767 are taken") }
            state.nextPort += 1
            return Int64(state.nextPort - 1)
        }
    }
}
