internal import Dispatch
internal import HTTPTransport
internal import Synchronization

/// Git's smart protocol over http(s): two requests, through our own client with its deadlines and its trust.
///
/// Credentials go to the origin of the configured URL and nowhere else. A redirection is followed only within that origin.
final class HTTPConnection: SmartConnection {
    let isStateless = true
    private let client: HTTPClient
    private let session: GitSession
    private let origin: HTTPOrigin
    private let authorization: String?
    /// Without a trailing slash. Moves when the server sends us to another path of its own.
    private var base: String

    init(client: HTTPClient, session: GitSession, url: String, origin: HTTPOrigin, user: String?, password: String?) throws(GitError) {
        self.client = client
        self.session = session
        self.origin = origin
        base = url
        switch session.remote.credentials {
        case .none: authorization = user.map { Self.basic($0, password ?? "") }
        case .userPassword(let user, let password): authorization = Self.basic(user, password)
        case .token(let token): authorization = Self.basic("x-access-token", token)
        case .sshKey: throw .invalidConfiguration(session.remote.redactedURL, reason: "an SSH key is configured for an http(s) URL")
        }
    }

    func announce(_ service: SmartService) throws(GitError) -> any SmartStream {
        let type = "application/x-\(service.rawValue)-advertisement"
        for _ in 0...GitProcessLimits.redirects {
            let suffix = "/info/refs?service=\(service.rawValue)"
            let stream = try open(request(method: "GET", path: suffix, accept: type, body: nil))
            if [301, 302, 307, 308].contains(stream.status) {
                let location = stream.headers["Location"] ?? ""
                stream.cancel()
                base = try newBase(location: location, suffix: suffix)
                continue
            }
            try require(stream, type: type)
            return HTTPExchange.reading(stream, session: session)
        }
        throw .badAnswer(session.remote.redactedURL, reason: "it redirects in a circle")
    }

    func negotiate(_ service: SmartService) throws(GitError) -> (any SmartStream)? {
        let type = "application/x-\(service.rawValue)"
        return HTTPExchange(session: session) { [self] body throws(GitError) in
            var request = request(method: "POST", path: "/\(service.rawValue)", accept: "\(type)-result", body: body)
            request.headers.append("Content-Type", "\(type)-request")
            let stream = try open(request)
            try require(stream, type: "\(type)-result")
            return stream
        }
    }

    func close() {}

    private func request(method: String, path: String, accept: String, body: [UInt8]?) -> HTTPRequest {
        var headers: HTTPHeaders = ["Accept": accept, "Pragma": "no-cache", "User-Agent": "git/2.0 (slipway)"]
        if let authorization { headers.append("Authorization", authorization) }
        let timeouts = session.remote.timeouts
        return HTTPRequest(
            method: method, url: base + path, headers: headers, body: body,
            timeouts: HTTPTimeouts(connect: timeouts.connect, total: max(session.remaining, .milliseconds(1)), stall: timeouts.stall))
    }

    private func open(_ request: HTTPRequest) throws(GitError) -> HTTPStream {
        guard HTTPOrigin(url: request.url) == origin else {
            throw .moved(session.remote.redactedURL, to: HTTPRequest.redacted(url: request.url))
        }
        let client = client
        return try session.wait { () async throws(HTTPError) in try await client.stream(request) }
    }

    private func newBase(location: String, suffix: String) throws(GitError) -> String {
        let absolute = location.hasPrefix("/") ? "\(origin.scheme)://\(origin.host):\(origin.port)\(location)" : location
        guard HTTPOrigin(url: absolute) == origin else { throw .moved(session.remote.redactedURL, to: HTTPRequest.redacted(url: absolute)) }
        guard absolute.hasSuffix(suffix) else {
            throw .badAnswer(session.remote.redactedURL, reason: "it redirects to \(HTTPRequest.redacted(url: absolute))")
        }
        return String(absolute.dropLast(suffix.count))
    }

    private func require(_ stream: HTTPStream, type: String) throws(GitError) {
        let name = session.remote.redactedURL
        guard stream.isSuccess else {
            stream.cancel()
            switch stream.status {
            case 401:
                throw .authentication(name, reason: authorization == nil ? "it asks for credentials and none are configured" : "HTTP 401")
            case 403: throw .authentication(name, reason: "HTTP 403, access denied")
            case 404, 410: throw .remoteMissing(name, reason: "HTTP \(stream.status)")
            case 300...399: throw .moved(name, to: HTTPRequest.redacted(url: stream.headers["Location"] ?? "another place"))
            default: throw .network(name, reason: "HTTP \(stream.status)")
            }
        }
        guard stream.headers["Content-Type"]?.prefix(while: { $0 != ";" }) == type[...] else {
            stream.cancel()
            throw .badAnswer(name, reason: "the answer is \(stream.headers["Content-Type"]?.prefix(80) ?? "of no type") and not \(type)")
        }
    }

    private static func basic(_ user: String, _ password: String) -> String {
        "Basic " + base64(Array("\(user):\(password)".utf8))
    }

    /// RFC 4648. A dozen lines here against an import of a whole room for one header.
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// One request and its response: what is written is the body, and the first read sends it.
private final class HTTPExchange: SmartStream {
    private let session: GitSession
    private let send: ([UInt8]) throws(GitError) -> HTTPStream
    private var body: [UInt8] = []
    private var response: HTTPStream?
    private var chunk: ArraySlice<UInt8> = []

    init(session: GitSession, send: @escaping ([UInt8]) throws(GitError) -> HTTPStream) {
        self.session = session
        self.send = send
    }

    static func reading(_ response: HTTPStream, session: GitSession) -> HTTPExchange {
        let exchange = HTTPExchange(session: session) { _ throws(GitError) in response }
        exchange.response = response
        return exchange
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        unsafe body.append(contentsOf: bytes)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        let response = try sentResponse()
        if chunk.isEmpty {
            let next = try session.wait { () async throws(HTTPError) in
                let iterator = response.makeAsyncIterator()
                return try await iterator.next()
            }
            guard let next else { return 0 }
            chunk = next[...]
        }
        let part = chunk.prefix(buffer.count)
        unsafe buffer.copyBytes(from: part)
        chunk = chunk.dropFirst(part.count)
        return part.count
    }

    func close() {
        response?.cancel()
    }

    private func sentResponse() throws(GitError) -> HTTPStream {
        if let response { return response }
        let response = try send(body)
        self.response = response
        return response
    }
}

extension GitSession {
    /// Waits in this thread, which is ours to block, for an asynchronous request. It ends at the session's deadline and
    /// when the session is cancelled.
    fileprivate func wait<Success: Sendable>(_ body: @escaping @Sendable () async throws(HTTPError) -> Success) throws(GitError) -> Success
    {
        try check()
        let answer = Answer<Success>()
        let task = Task {
            do throws(HTTPError) {
                answer.give(.success(try await body()))
            } catch {
                answer.give(.failure(error))
            }
        }
        setCancelAction { task.cancel() }
        defer { setCancelAction(nil) }
        let result = answer.wait(until: remaining) { task.cancel() }
        do throws(HTTPError) {
            return try result.get()
        } catch {
            // Cancelled or late: that is the reason, and not what the client says about it.
            try check()
            throw GitError(http: error, remote: remote.redactedURL)
        }
    }
}

/// A result that one thread waits for and a task gives.
private final class Answer<Success: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Success, HTTPError>?>(nil)

    func give(_ result: Result<Success, HTTPError>) {
        self.result.withLock { $0 = result }
        semaphore.signal()
    }

    /// Past the time it gives up through `stop`, after which the answer comes at once.
    func wait(until time: Duration, stop: () -> Void) -> Result<Success, HTTPError> {
        if semaphore.wait(timeout: .now() + max(0, time / .seconds(1))) == .timedOut {
            stop()
            semaphore.wait()
        }
        return result.withLock { $0 } ?? .failure(HTTPError(code: .cancelled, message: "no answer"))
    }
}

extension GitError {
    fileprivate init(http error: HTTPError, remote: String) {
        switch error.code {
        case .timedOut: self.init(code: .timedOut, message: "remote \(remote) was too slow: \(error.message)")
        case .tls: self.init(code: .tls, message: "remote \(remote) is not trusted: \(error.message)", isTransient: error.isTransient)
        case .cancelled: self = .cancelled(remote)
        case .tooLarge: self.init(code: .tooLarge, message: "remote \(remote): \(error.message)")
        case .invalidURL: self = .invalidConfiguration(remote, reason: error.message)
        case .connectionFailed, .resolve, .protocolError, .unavailable: self = .network(remote, reason: error.message)
        }
    }
}
