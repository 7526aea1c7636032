/// A response whose body is read piece by piece. One task reads it, once.
///
/// The transfer pauses while the reader is slow, and ends when the reading task is cancelled, ``cancel()`` is called or the
/// last reference goes.
package final class HTTPStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    package let status: Int
    package let headers: HTTPHeaders
    private let client: HTTPClient
    private let buffer: StreamBuffer
    private let onCancel: @Sendable () -> Void

    init(head: HTTPHead, client: HTTPClient, buffer: StreamBuffer, onCancel: @escaping @Sendable () -> Void) {
        status = head.status
        headers = head.headers
        self.client = client
        self.buffer = buffer
        self.onCancel = onCancel
    }

    deinit {
        onCancel()
    }

    /// True for 200...299.
    package var isSuccess: Bool { (200...299).contains(status) }

    /// Closes the transfer. A reader gets ``HTTPError`` `cancelled` after the bytes that had arrived.
    package func cancel() {
        onCancel()
    }

    /// The rest of the body in one array, for the text of an error response. It fails with `tooLarge` past the limit.
    package func collect(limit: Int) async throws(HTTPError) -> [UInt8] {
        var all: [UInt8] = []
        let iterator = makeAsyncIterator()
        while let bytes = try await iterator.next(isolation: #isolation) {
            guard bytes.count <= limit - all.count else {
                cancel()
                throw HTTPError.bodyTooLarge("response", limit: limit)
            }
            all += bytes
        }
        return all
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(stream: self)
    }

    /// Each element is what has arrived since the last one, never empty.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let stream: HTTPStream

        package func next() async throws(HTTPError) -> [UInt8]? {
            try await next(isolation: #isolation)
        }

        package func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
            let stream = stream
            let result = await withTaskCancellationHandler {
                do throws(HTTPError) {
                    return Result<[UInt8]?, HTTPError>.success(try await stream.buffer.next())
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                stream.onCancel()
            }
            return try result.get()
        }
    }
}

/// Status line and header fields of a response.
struct HTTPHead: Sendable {
    var status: Int
    var headers: HTTPHeaders
}
