package import HTTPTransport

/// The clock, the dice and the wire: what a test replaces.
package struct ClientEnvironment: Sendable {
    package var send: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
    package var stream: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPStream
    package var now: @Sendable () -> ContinuousClock.Instant
    package var sleep: @Sendable (Duration) async throws -> Void
    /// 0 up to 1.
    package var random: @Sendable () -> Double

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
    let token: TokenSource
    let gate: ConcurrencyGate
    let fence: WriteFence?

    init(
        access: ClusterAccess, environment: ClientEnvironment, limits: KubernetesLimits, reader: FileReader, fence: WriteFence? = nil
    ) {
        self.access = access
        self.environment = environment
        self.limits = limits
        token = TokenSource(access.token, reader: reader, maximumAge: limits.tokenFileAge, now: environment.now)
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
        var isRenewed = false
        while true {
            let remaining = deadline - (environment.now() - start)
            let outcome = await once(call, remaining: remaining, isTokenRenewed: isRenewed)
            tries += 1
            var error: KubernetesError
            var retryAfter: Int64?
            switch outcome {
            case .success(let response):
                if response.status == 401, token.canRenew, !isRenewed {
                    isRenewed = true  // the token was replaced since it was read; once, since a second 401 is an answer
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
                error = failure
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

    private func once(_ call: APICall, remaining: Duration, isTokenRenewed: Bool) async -> Result<HTTPResponse, KubernetesError> {
        guard await gate.enter() else { return .failure(.cancelled(call.subject)) }
        do throws(KubernetesError) {
            // A call that is sent once has all the time that its caller gave it.
            let whole = max(remaining, .milliseconds(1))
            let total = call.safety == .never ? whole : min(limits.attemptDeadline, whole)
            let request = try await request(call, timeouts: HTTPTimeouts(total: total, stall: total), isTokenRenewed: isTokenRenewed)
            let response = try await sendFenced(request, call)
            await gate.leave(wasThrottled: response.status == 429)
            return .success(response)
        } catch {
            await gate.leave(wasThrottled: false)
            return .failure(error)
        }
    }

    /// A write begins only while we lead, and is over before anybody else can: after a standstill of this process the transport gives up
    /// what it had not sent yet.
    private func sendFenced(_ request: HTTPRequest, _ call: APICall) async throws(KubernetesError) -> HTTPResponse {
        var request = request
        if call.changesSomething, let fence {
            switch fence.permission(at: environment.now()) {
            case .granted(let moment): request.endsBefore = moment
            case .refused(let reason):
                throw KubernetesError(
                    .notLeading, "cannot \(call.subject.verb) \(call.subject.what): this controller does not lead: \(reason)",
                    object: call.subject.object)
            }
            fence.began()
        }
        defer { if request.endsBefore != nil { fence?.ended() } }
        do throws(HTTPError) {
            return try await environment.send(request)
        } catch {
            throw KubernetesError(error, call.subject)
        }
    }

    /// A response whose body is read as it comes; not tried again here.
    func stream(_ call: APICall, stall: Duration) async throws(KubernetesError) -> HTTPStream {
        var isRenewed = false
        while true {
            let timeouts = HTTPTimeouts(total: limits.attemptDeadline, stall: stall)
            let request = try await request(call, timeouts: timeouts, isTokenRenewed: isRenewed)
            let stream: HTTPStream
            let body: [UInt8]
            do throws(HTTPError) {
                stream = try await environment.stream(request)
                if stream.isSuccess { return stream }
                if stream.status == 401, token.canRenew, !isRenewed {
                    isRenewed = true
                    continue
                }
                body = try await stream.collect(limit: 1 << 20)
            } catch {
                throw KubernetesError(error, call.subject)
            }
            throw StatusReader.error(HTTPResponse(status: stream.status, headers: stream.headers, body: body), call.subject)
        }
    }

    private func request(_ call: APICall, timeouts: HTTPTimeouts, isTokenRenewed: Bool) async throws(KubernetesError) -> HTTPRequest {
        var request = HTTPRequest(
            method: call.method, url: access.server + call.target, body: call.body, timeouts: timeouts,
            maximumResponseBytes: call.maximumResponseBytes ?? limits.responseBytes)
        request.headers.append("Accept", call.accept)
        if let type = call.contentType { request.headers.append("Content-Type", type) }
        for field in call.headers { request.headers.append(field.name, field.value) }
        if let token = try await token.current(isRenewed: isTokenRenewed) { request.headers.append("Authorization", "Bearer \(token)") }
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
