internal import FoundationEssentials
package import HTTPTransport

/// The clock, the dice and the wire: what a test replaces.
package struct ClientEnvironment: Sendable {
    package var send: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
    package var stream: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPStream
    package var now: @Sendable () -> ContinuousClock.Instant
    package var sleep: @Sendable (Duration) async throws -> Void
    /// 0 up to 1.
    package var random: @Sendable () -> Double
    /// Seconds since 1970, for credentials that say when they expire.
    package var unixSeconds: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    /// What runs credential plugins.
    package var programs: ProgramRunner = .live()

    package init(
        send: @escaping @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse,
        stream: @escaping @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPStream,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.send = send
        self.stream = stream
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// - Parameter onRequest: told the method of every request that goes out, `WATCH` for one that stays open.
    package static func live(
        _ http: HTTPClient, onRequest: @escaping @Sendable (_ method: String) -> Void = { _ in }
    ) -> ClientEnvironment {
        ClientEnvironment(
            send: { request throws(HTTPError) in
                onRequest(request.method)
                return try await http.send(request)
            },
            stream: { request throws(HTTPError) in
                onRequest("WATCH")
                return try await http.stream(request)
            })
    }
}

/// Sends calls: credentials, deadlines, tries again what may be tried again, and turns refusals into errors.
struct RequestSender: Sendable {
    let access: ClusterAccess
    let environment: ClientEnvironment
    let limits: KubernetesLimits
    let credentials: CredentialSource
    let gate: ConcurrencyGate
    let fence: WriteFence?

    init(
        access: ClusterAccess, environment: ClientEnvironment, limits: KubernetesLimits, reader: FileReader, fence: WriteFence? = nil
    ) {
        self.access = access
        self.environment = environment
        self.limits = limits
        credentials = CredentialSource(access, reader: reader, limits: limits, environment: environment)
        gate = ConcurrencyGate(maximum: limits.concurrentRequests)
        self.fence = fence
    }

    /// - Returns: a response with a status below 400.
    func send(_ call: APICall) async throws(KubernetesError) -> HTTPResponse {
        let response = try await attempt(call)
        if response.status >= 400 { throw StatusReader.error(response, call.subject) }
        return response
    }

    /// Any response that is not worth another try; the caller judges the status. Errors are those without a response.
    func attempt(_ call: APICall) async throws(KubernetesError) -> HTTPResponse {
        let start = environment.now()
        let deadline = call.deadline ?? limits.callDeadline
        let rule = RetryRule(limits: limits)
        var tries = 0
        /// The generation of the credential that the server refused.
        var refused: Int?
        /// Its connection may be half open: the next try does not share it.
        var hasTimedOut = false
        while true {
            let remaining = deadline - (environment.now() - start)
            let (outcome, credential) = await once(call, remaining: remaining, refused: refused, anew: hasTimedOut)
            tries += 1
            var error: KubernetesError
            var retryAfter: Int64?
            switch outcome {
            case .success(let response):
                if response.status == 401, credentials.canRenew, refused == nil {
                    refused = credential  // it was replaced since it was read; once, since a second 401 is an answer
                    continue
                }
                guard response.status == 429 || response.status >= 500 else { return response }
                error = StatusReader.error(response, call.subject)
                retryAfter = StatusReader.retryAfter(response, nil)
                if case .tooManyRequests(let seconds) = error.code { retryAfter = retryAfter ?? seconds }
                let left = deadline - (environment.now() - start)
                guard
                    let pause = rule.pause(
                        after: error, attempt: tries, retryAfterSeconds: retryAfter, safety: call.safety, remaining: left,
                        random: environment.random())
                else { return response }
                try await sleep(pause, call)
            case .failure(let failure):
                if failure.isIdentityRefused, credentials.canRenew, refused == nil {
                    refused = credential  // a certificate that ran out, or one that was read between two writes of its files
                    continue
                }
                error = failure.error
                if error.code == .timedOut { hasTimedOut = true }
                let left = deadline - (environment.now() - start)
                guard
                    let pause = rule.pause(
                        after: error, attempt: tries, retryAfterSeconds: nil, safety: call.safety, remaining: left,
                        random: environment.random())
                else {
                    if tries > 1 { error.message += " (tried \(tries) times)" }
                    throw error
                }
                try await sleep(pause, call)
            }
        }
    }

    private struct Failure: Error {
        var error: KubernetesError
        /// The TLS session came to nothing.
        var isIdentityRefused = false
    }

    /// - Returns: the outcome, and the generation of the credential that was shown.
    private func once(
        _ call: APICall, remaining: Duration, refused: Int?, anew: Bool
    ) async -> (outcome: Result<HTTPResponse, Failure>, credential: Int?) {
        let begin = environment.now()
        guard await gate.enter() else { return (.failure(Failure(error: .cancelled(call.subject))), nil) }
        let credential: Credential
        do throws(KubernetesError) {
            credential = try await credentials.current(refused: refused, within: remaining - (environment.now() - begin))
        } catch {
            await gate.leave(wasThrottled: false)
            return (.failure(Failure(error: error)), nil)
        }
        // What waiting for a place and for credentials took is not there any more. A call that is sent once has all the rest that its caller
        // gave it.
        let left = max(remaining - (environment.now() - begin), .milliseconds(1))
        let total = call.safety == .never ? left : min(limits.attemptDeadline, left)
        do throws(Failure) {
            var request = request(call, timeouts: HTTPTimeouts(total: total, stall: total), credential)
            request.needsFreshConnection = anew
            let response = try await sendFenced(request, call)
            await gate.leave(wasThrottled: response.status == 429)
            return (.success(response), credential.generation)
        } catch {
            await gate.leave(wasThrottled: false)
            return (.failure(error), credential.generation)
        }
    }

    /// A write begins only while we lead, and is over before anybody else can: after a standstill of this process the transport gives up
    /// what it had not sent yet.
    private func sendFenced(_ request: HTTPRequest, _ call: APICall) async throws(Failure) -> HTTPResponse {
        var request = request
        if call.changesSomething, let fence {
            switch fence.permission(at: environment.now()) {
            case .granted(let moment): request.endsBefore = moment
            case .refused(let reason):
                throw Failure(
                    error: KubernetesError(
                        .notLeading, "cannot \(call.subject.verb) \(call.subject.what): this controller does not lead: \(reason)",
                        object: call.subject.object))
            }
            fence.began()
        }
        defer { if request.endsBefore != nil { fence?.ended() } }
        do throws(HTTPError) {
            return try await environment.send(request)
        } catch {
            throw Failure(error: KubernetesError(error, call.subject), isIdentityRefused: error.code == .tls)
        }
    }

    /// A response whose body is read as it comes; not tried again here.
    func stream(_ call: APICall, stall: Duration) async throws(KubernetesError) -> HTTPStream {
        var refused: Int?
        while true {
            let credential = try await credentials.current(refused: refused, within: limits.callDeadline)
            let timeouts = HTTPTimeouts(total: limits.attemptDeadline, stall: stall)
            let stream: HTTPStream
            let body: [UInt8]
            do throws(HTTPError) {
                stream = try await environment.stream(request(call, timeouts: timeouts, credential))
                if stream.isSuccess { return stream }
                if stream.status == 401, credentials.canRenew, refused == nil {
                    refused = credential.generation
                    continue
                }
                body = try await stream.collect(limit: 1 << 20)
            } catch {
                if error.code == .tls, credentials.canRenew, refused == nil {
                    refused = credential.generation
                    continue
                }
                throw KubernetesError(error, call.subject)
            }
            throw StatusReader.error(HTTPResponse(status: stream.status, headers: stream.headers, body: body), call.subject)
        }
    }

    private func request(_ call: APICall, timeouts: HTTPTimeouts, _ credential: Credential) -> HTTPRequest {
        var request = HTTPRequest(
            method: call.method, url: access.server + call.target, body: call.body, timeouts: timeouts,
            maximumResponseBytes: call.maximumResponseBytes ?? limits.responseBytes)
        request.tls = credential.tls
        request.headers.append("Accept", call.accept)
        if let type = call.contentType { request.headers.append("Content-Type", type) }
        for field in call.headers { request.headers.append(field.name, field.value) }
        if let token = credential.token { request.headers.append("Authorization", "Bearer \(token)") }
        for field in access.impersonation?.headers ?? [] { request.headers.append(field.name, field.value) }
        return request
    }

    private func sleep(_ pause: Duration, _ call: APICall) async throws(KubernetesError) {
        do {
            try await environment.sleep(pause)
        } catch {
            throw .cancelled(call.subject)
        }
    }
}
