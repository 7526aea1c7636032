internal import Controller
internal import Delivery
internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Finds out who asks: on the socket the kernel says which user the peer is, elsewhere a bearer token does.
struct Authentication: RouterMiddleware {
    let controller: Controller
    let limiter: AuthenticationLimiter

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
        let peer = PeerName.name(channel.remoteAddress)
        let token = request.headers[.authorization].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst("Bearer ".count)) : nil }
        // Behind a proxy all come from one address. Tokens of ours cannot be guessed, so they are looked at even now, and nobody can lock
        // their bearers out; how good those of the configuration are is not known here.
        if let pause = limiter.pause(of: peer), token?.hasPrefix(Controller.tokenPrefix) != true { throw Refusal.tooMany(pause) }
        if let token, let bearer = try await controller.bearer(of: token) { return bearer }
        if let pause = limiter.pause(of: peer) { throw Refusal.tooMany(pause) }
        limiter.failed(peer)
        try await controller.auditUnauthenticated(peer: peer)
        throw Refusal.unauthenticated(
            token == nil
                ? "a bearer token is needed here: Authorization: Bearer TOKEN" : "the bearer token is not known, or not valid any more")
    }
}

extension Refusal {
    fileprivate static func tooMany(_ pause: Duration) -> Refusal {
        Refusal(
            status: .tooManyRequests, code: "tooManyFailures", message: "too many requests from here were without a valid token; wait",
            retryAfter: pause)
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
