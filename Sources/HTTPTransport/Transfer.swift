internal import CCurl

/// Where the outcome of a request goes.
enum TransferSink: Sendable {
    case collect(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
    case stream(head: CheckedContinuation<Result<HTTPHead, HTTPError>, Never>, buffer: StreamBuffer)

    func fail(_ error: HTTPError) {
        switch self {
        case .collect(let continuation):
            continuation.resume(returning: .failure(error))
        case .stream(let head, let buffer):
            buffer.finish(.failure(error))
            head.resume(returning: .failure(error))
        }
    }
}

/// One request under way, from the first byte out to the last byte in. It lives in the driver's thread.
final class Transfer: EasyHandleDelegate {
    private enum Phase {
        case collectingHead(TransferSink)
        case collectingBody(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
        case streamingBody(StreamBuffer)
        case over
    }

    let identifier: UInt64
    let handle: EasyHandle
    private let request: HTTPRequest
    private let limits: HTTPLimits
    private let totalDeadline: ContinuousClock.Instant?
    private var phase: Phase
    private var head = HTTPHead(status: 0, headers: HTTPHeaders())
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var isPaused = false
    /// Why a callback gave up: libcurl only knows that it did.
    private var refusal: HTTPError?
    /// `nil` until the connection stands; from then on the last time that a byte moved.
    private var lastActivity: ContinuousClock.Instant?

    init(identifier: UInt64, request: HTTPRequest, handle: EasyHandle, limits: HTTPLimits, sink: TransferSink) {
        self.identifier = identifier
        self.request = request
        self.handle = handle
        self.limits = limits
        phase = .collectingHead(sink)
        totalDeadline = [request.timeouts.total.map { ContinuousClock.now + $0 }, request.endsBefore].compactMap(\.self).min()
        handle.delegate = self
    }

    // MARK: Deadlines

    /// The moment at which this transfer has taken too long, as things stand.
    var deadline: ContinuousClock.Instant? {
        [effectiveTotalDeadline, stallDeadline].compactMap(\.self).min()
    }

    var tooLate: HTTPError { .tooLate(request.redactedDescription) }

    /// Whether it may not go on at all, whatever has come already.
    func isForbidden(at now: ContinuousClock.Instant) -> Bool { request.endsBefore.map { $0 <= now } ?? false }

    /// The error of a deadline that has passed.
    func expired(at now: ContinuousClock.Instant) -> HTTPError? {
        let name = request.redactedDescription
        if let total = effectiveTotalDeadline, total <= now {
            let limit = request.timeouts.total ?? .zero
            if case .collectingHead(.stream) = phase { return .noHead(name, limit: limit) }
            return .noTotalTime(name, limit: limit)
        }
        if let stall = stallDeadline, stall <= now {
            return .stalled(name, limit: request.timeouts.stall ?? .zero)
        }
        return nil
    }

    private var effectiveTotalDeadline: ContinuousClock.Instant? {
        if case .streamingBody = phase { return nil }
        return totalDeadline
    }

    /// A paused transfer stands still because of us.
    private var stallDeadline: ContinuousClock.Instant? {
        guard !isPaused, let lastActivity, let stall = request.timeouts.stall else { return nil }
        return lastActivity + stall
    }

    // MARK: What libcurl reports

    func isConnected() {
        lastActivity = .now
    }

    func hasProgressed() {
        lastActivity = .now
    }

    func receive(headerLine line: UnsafeRawBufferPointer) -> DataVerdict {
        lastActivity = .now
        // Anything after the head is a trailer of a chunked body. Nobody here needs those.
        guard case .collectingHead(let sink) = phase else { return .accept }
        headerBytes += line.count
        guard headerBytes <= limits.headerBytes else {
            return refuse(.headTooLarge(request.redactedDescription, limit: limits.headerBytes))
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            head = HTTPHead(status: handle.responseStatus, headers: HTTPHeaders())
        } else if let colon = text.firstIndex(of: ":") {
            head.headers.append(String(text[..<colon]), text[text.index(after: colon)...].trimmedOfBlanks)
        } else if text.trimmedOfBlanks.isEmpty, head.status >= 200 || head.status == 101 {
            finishHead(sink)
        }
        return .accept
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> DataVerdict {
        lastActivity = .now
        switch phase {
        case .collectingHead, .over:
            return refuse(
                HTTPError(code: .protocolError, message: "\(request.redactedDescription): the body came before the response head"))
        case .collectingBody:
            guard bytes.count <= request.maximumResponseBytes - body.count else {
                return refuse(.bodyTooLarge(request.redactedDescription, limit: request.maximumResponseBytes))
            }
            unsafe body.append(contentsOf: bytes)
            return .accept
        case .streamingBody(let buffer):
            guard unsafe buffer.offer(bytes) else {
                isPaused = true
                return .pause
            }
            return .accept
        }
    }

    private func finishHead(_ sink: TransferSink) {
        switch sink {
        case .collect(let continuation):
            phase = .collectingBody(continuation)
        case .stream(let continuation, let buffer):
            phase = .streamingBody(buffer)
            continuation.resume(returning: .success(head))
        }
    }

    private func refuse(_ error: HTTPError) -> DataVerdict {
        refusal = error
        return .abort
    }

    // MARK: What the driver does

    func unpause() {
        guard isPaused else { return }
        isPaused = false
        lastActivity = .now
        handle.unpause()
    }

    /// Hands over the result. The driver has taken the handle out of libcurl's hands by now.
    func finish(_ result: CURLcode) {
        guard result == CURLE_OK else {
            return fail(refusal ?? HTTPError(curl: result, detail: handle.errorText, request: request.redactedDescription))
        }
        switch phase {
        case .collectingHead(let sink):
            sink.fail(HTTPError(code: .protocolError, message: "\(request.redactedDescription): the answer has no HTTP head"))
        case .collectingBody(let continuation):
            continuation.resume(returning: .success(HTTPResponse(status: head.status, headers: head.headers, body: body)))
        case .streamingBody(let buffer):
            buffer.finish(.success(()))
        case .over:
            break
        }
        phase = .over
    }

    func fail(_ error: HTTPError) {
        switch phase {
        case .collectingHead(let sink): sink.fail(error)
        case .collectingBody(let continuation): continuation.resume(returning: .failure(error))
        case .streamingBody(let buffer): buffer.finish(.failure(error))
        case .over: break
        }
        phase = .over
    }

    func cancel() {
        fail(.cancelled(request.redactedDescription))
    }
}

extension Substring {
    fileprivate var trimmedOfBlanks: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension String {
    fileprivate var trimmedOfBlanks: String { self[...].trimmedOfBlanks }
}
