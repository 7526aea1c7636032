internal import Manifests
internal import NIOCore

/// Does to one request what its fault says. The one place where the server is told to be wrong.
struct FaultHook: Sendable {
    let faults: FaultSwitch
    let channel: any Channel

    /// The connection is gone on purpose; there is nothing to answer.
    struct Dropped: Error {}

    func answer(_ request: APIRequest, _ handle: (APIRequest) async -> APIResponse) async throws -> APIResponse {
        guard let fault = faults.fault(for: request) else { return await handle(request) }
        switch fault {
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return await handle(request)
        case .dropBefore:
            return try await drop()
        case .dropAfter:
            _ = await handle(request)
            return try await drop()
        case .hang:
            return try await hang()
        case .status(let status, let retryAfterSeconds):
            return FaultAnswers.refusal(status, retryAfterSeconds)
        case .expired:
            let error = APIError(.expired, "The resourceVersion for the provided \(request.flag("watch") ? "watch" : "list") is too old.")
            return request.flag("watch") ? .watchError(error) : .error(error)
        case .slowWatch(let duration):
            return (await handle(request)).slowed(by: duration)
        case .closeWatch(let duration):
            var request = request
            request.watchLimit = duration
            return await handle(request)
        }
    }

    private func drop() async throws -> APIResponse {
        channel.close(mode: .all, promise: nil)
        throw Dropped()
    }

    /// Until the client gives up, the faults are cleared or the longest time is over.
    private func hang() async throws -> APIResponse {
        let (stream, finish) = faults.hang()
        channel.closeFuture.whenComplete { _ in finish() }
        let timer = Task {
            try await Task.sleep(for: APIServerLimits.hangTimeout)
            finish()
        }
        defer {
            timer.cancel()
            finish()
        }
        for await _ in stream {}
        return try await drop()
    }
}

/// What refusals look like.
enum FaultAnswers {
    static func refusal(_ status: Int, _ retryAfterSeconds: Int?) -> APIResponse {
        let reasons: [APIError.Reason] = [
            .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .expired, .tooManyRequests, .internalError, .serviceUnavailable,
            .timeout,
        ]
        let reason = reasons.first { $0.httpStatus == status } ?? .internalError
        let message: String
        switch reason {
        case .unauthorized: message = "Unauthorized"
        case .tooManyRequests: message = "Too many requests, please try again later."
        case .internalError: message = "Internal error occurred: a fault is set"
        case .serviceUnavailable: message = "the server is currently unable to handle the request"
        default: message = "a fault is set: \(reason.rawValue)"
        }
        var error = APIError(reason, message)
        error.retryAfterSeconds = retryAfterSeconds
        var response = APIResponse.error(error)
        response.status = status
        return response
    }
}

extension APIResponse {
    /// A watch that cannot begin is answered by one event: the request itself was in order.
    static func watchError(_ error: APIError) -> APIResponse {
        .json(["type": "ERROR", "object": error.status])
    }

    fileprivate func slowed(by duration: Duration) -> APIResponse {
        guard case .stream(let run) = body else { return self }
        var response = self
        response.body = .stream { writer in
            var slow: any ChunkWriter = SlowWriter(inner: writer, pause: duration)
            try await run(&slow)
        }
        return response
    }
}

private struct SlowWriter: ChunkWriter {
    var inner: any ChunkWriter
    let pause: Duration

    @concurrent mutating func write(_ bytes: [UInt8]) async throws {
        if !bytes.isEmpty { try await Task.sleep(for: pause) }
        try await inner.write(bytes)
    }
}
