/// Why no response came, or why it broke off. A status such as 500 is a response and not this error.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case connectionFailed, timedOut, tls, resolve, tooLarge, cancelled, invalidURL, protocolError
        /// The client has too many requests under way, or was shut down.
        case unavailable
    }

    package var code: Code
    /// The request, what failed and why. It never holds credentials, a query or a header value.
    package var message: String
    /// True when the same request may succeed a little later without anybody changing anything.
    package var isTransient: Bool

    package init(code: Code, message: String, isTransient: Bool? = nil) {
        self.code = code
        self.message = message
        self.isTransient = isTransient ?? code.isUsuallyTransient
    }

    package var description: String { message }
}

extension HTTPError.Code {
    /// A certificate that is refused or a bad URL stays so until a person acts; the network recovers by itself.
    var isUsuallyTransient: Bool {
        switch self {
        case .connectionFailed, .timedOut, .resolve, .protocolError, .unavailable: true
        case .tls, .tooLarge, .cancelled, .invalidURL: false
        }
    }
}

/// All error texts of the room, so that they read alike.
extension HTTPError {
    static func cancelled(_ request: String) -> HTTPError {
        HTTPError(code: .cancelled, message: "\(request): cancelled")
    }

    static func shutDown(_ request: String) -> HTTPError {
        HTTPError(code: .unavailable, message: "\(request): the HTTP client was shut down", isTransient: false)
    }

    static func overloaded(_ request: String, limit: Int) -> HTTPError {
        HTTPError(code: .unavailable, message: "\(request): \(limit) requests are under way already; try again when some have finished")
    }

    static func noTotalTime(_ request: String, limit: Duration) -> HTTPError {
        HTTPError(code: .timedOut, message: "\(request): no complete answer within \(limit)")
    }

    static func tooLate(_ request: String) -> HTTPError {
        HTTPError(code: .timedOut, message: "\(request): the moment by which it had to be over has passed")
    }

    static func noHead(_ request: String, limit: Duration) -> HTTPError {
        HTTPError(code: .timedOut, message: "\(request): no response head within \(limit)")
    }

    static func stalled(_ request: String, limit: Duration) -> HTTPError {
        HTTPError(code: .timedOut, message: "\(request): no data for \(limit)")
    }

    static func bodyTooLarge(_ request: String, limit: Int) -> HTTPError {
        HTTPError(code: .tooLarge, message: "\(request): the response is larger than the limit of \(limit) bytes")
    }

    static func headTooLarge(_ request: String, limit: Int) -> HTTPError {
        HTTPError(code: .tooLarge, message: "\(request): the response headers are larger than the limit of \(limit) bytes")
    }

    static func invalid(_ request: String, reason: String) -> HTTPError {
        HTTPError(code: .invalidURL, message: "\(request): \(reason)")
    }

    static func secondReader(_ request: String) -> HTTPError {
        HTTPError(code: .protocolError, message: "\(request): two readers wait for the same stream", isTransient: false)
    }
}
