internal import Hummingbird
internal import NIOCore

/// Collects a request body under a limit of bytes and of time.
enum BodyReader {
    private enum Outcome: Sendable {
        case body([UInt8])
        case tooLarge
        case tooSlow
        case broken
    }

    static func collect(_ request: Request) async throws(Problem) -> [UInt8] {
        if let declared = request.headers[.contentLength].flatMap({ Int($0) }), declared > ServiceLimits.requestBodyBytes {
            throw .bodyTooLarge
        }
        let body = request.body
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await read(body) }
            group.addTask {
                do {
                    try await Task.sleep(for: .seconds(ServiceLimits.requestBodySeconds))
                    return .tooSlow
                } catch {
                    return .broken
                }
            }
            let first = await group.next() ?? .broken
            group.cancelAll()
            return first
        }
        switch outcome {
        case .body(let bytes): return bytes
        case .tooLarge: throw .bodyTooLarge
        case .tooSlow: throw .bodyTooSlow
        case .broken: throw .badRequest("the body ended before it was complete")
        }
    }

    @concurrent
    private static func read(_ body: RequestBody) async -> Outcome {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                guard bytes.count + part.readableBytes <= ServiceLimits.requestBodyBytes else { return .tooLarge }
                bytes += part.readableBytesView
            }
            return .body(bytes)
        } catch {
            // A connection that breaks; whether an answer still arrives is up to it.
            return .broken
        }
    }
}
