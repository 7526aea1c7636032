internal import Certificates
internal import Controller
internal import Delivery
internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import Manifests
internal import NIOCore

/// Finds out who asks: on the socket the kernel says which user the peer is, elsewhere a bearer token does.
struct Authentication: RouterMiddleware {
    let tokens: [AccessPolicy.Token]

    func handle(
        _ request: Request, context: ConsoleContext, next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.actor = try await actor(of: request, on: context.channel)
        return try await next(request, context)
    }

    private func actor(of request: Request, on channel: any Channel) async throws -> Actor {
        if channel.localAddress?.protocol == .unix {
            guard let provider = channel as? any SocketOptionProvider else {
                throw Refusal.unauthenticated("the socket does not tell its peer")
            }
            let peer: PeerCredentials = try await provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED)).get()
            return Actor(name: UserNames.name(of: peer.uid), source: .socket)
        }
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            throw Refusal.unauthenticated("a bearer token is needed here: Authorization: Bearer TOKEN")
        }
        let digest = Array(SHA256.hex(Array(header.dropFirst("Bearer ".count).utf8)).utf8)
        // Every token is compared, in constant time, so that the time of the answer tells nothing.
        var found: AccessPolicy.Token?
        for token in tokens where ConstantTime.areEqual(digest, Array(token.sha256.utf8)) { found = token }
        guard let found else { throw Refusal.unauthenticated("the bearer token is not known") }
        return Actor(name: found.name, source: .token)
    }
}

/// The kernel's `struct ucred`, which Glibc's module leaves out.
private struct PeerCredentials {
    var process: pid_t
    var uid: uid_t
    var group: gid_t
}

package enum UserNames {
    /// Who runs this process, as the socket would tell of it.
    package static var current: String { name(of: geteuid()) }

    /// The account name of a user id, or `uid:N` for one without an account.
    static func name(of uid: uid_t) -> String {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer in
            guard let start = buffer.baseAddress, getpwuid_r(uid, &entry, start, buffer.count, &result) == 0,
                let name = result?.pointee.pw_name
            else { return "uid:\(uid)" }
            return String(cString: name)
        }
    }
}
