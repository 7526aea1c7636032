/// An HTTP client with its own connection pool and TLS identity. Make one for each set of credentials and keep it: the
/// pool is what makes the second request fast.
///
/// It speaks http and https, HTTP/2 where TLS negotiates it, and follows no redirects. Requests run side by side. Cancelling a
/// task closes its transfer.
package final class HTTPClient: Sendable {
    struct Configuration: Sendable {
        var tls: TLSConfiguration
        var limits: HTTPLimits
        var userAgent: String
        var proxy: HTTPProxy
        var isHTTP2Allowed: Bool
    }

    private let driver: Driver
    private let limits: HTTPLimits

    /// The client starts one thread, which ends with it.
    package init(
        tls: TLSConfiguration = TLSConfiguration(), limits: HTTPLimits = .standard, userAgent: String = "slipway",
        proxy: HTTPProxy = .environment, isHTTP2Allowed: Bool = true
    ) {
        self.limits = limits
        driver = Driver(
            configuration: Configuration(tls: tls, limits: limits, userAgent: userAgent, proxy: proxy, isHTTP2Allowed: isHTTP2Allowed))
    }

    deinit {
        driver.stop()
    }

    /// Sends a request and collects the whole response.
    ///
    /// - Throws: ``HTTPError`` when no whole response came. Every status is a response.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard !Task.isCancelled else { throw .cancelled(request.redactedDescription) }
        let result = await run {
            .collect($0)
        } command: {
            .start($0, request, $1)
        }
        return try result.get()
    }

    /// Sends a request and returns as soon as the response head is there; the body is read from the stream.
    ///
    /// `timeouts.total` bounds the time to the head, `timeouts.stall` each silence after it, and nothing the whole.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        guard !Task.isCancelled else { throw .cancelled(request.redactedDescription) }
        let identifier = driver.nextIdentifier()
        let driver = driver
        let buffer = StreamBuffer(capacity: limits.streamBufferBytes, request: request.redactedDescription) {
            driver.submit(.unpause(identifier))
        }
        let result = await run(identifier) {
            .stream(head: $0, buffer: buffer)
        } command: {
            .start($0, request, $1)
        }
        // The stream holds the client: the thread must not end under a reader.
        return HTTPStream(head: try result.get(), client: self, buffer: buffer) { driver.submit(.cancel(identifier)) }
    }

    /// Cancels what is under way, closes all connections and returns when the thread has ended. Later requests fail.
    package func shutdown() async {
        driver.stop()
        await driver.waitUntilStopped()
    }

    private func run<Success: Sendable>(
        _ given: UInt64? = nil, sink: (CheckedContinuation<Result<Success, HTTPError>, Never>) -> TransferSink,
        command: (UInt64, TransferSink) -> DriverCommand
    ) async -> Result<Success, HTTPError> {
        let identifier = given ?? driver.nextIdentifier()
        let driver = driver
        // A client that nobody else holds lives until the answer is there.
        defer { withExtendedLifetime(self) {} }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                driver.submit(command(identifier, sink(continuation)))
                // A cancellation before this line found no transfer to cancel.
                if Task.isCancelled { driver.submit(.cancel(identifier)) }
            }
        } onCancel: {
            driver.submit(.cancel(identifier))
        }
    }
}
