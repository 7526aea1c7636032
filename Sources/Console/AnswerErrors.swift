internal import Controller
internal import Delivery
internal import HTTPTypes
internal import Hummingbird
internal import Journal
internal import Kubernetes
internal import Logging
internal import Manifests

/// A refusal that has an HTTP status of its own.
struct Refusal: Error {
    var status: HTTPResponse.Status
    var code: String
    var message: String
    var retryAfter: Duration?

    static func unauthenticated(_ message: String) -> Refusal { Refusal(status: .unauthorized, code: "unauthenticated", message: message) }
    static func badRequest(_ message: String) -> Refusal { Refusal(status: .badRequest, code: "usage", message: message) }
}

/// Every error becomes `{"error": {"code", "message"}}` with the status that fits; nothing internal leaks and nothing is swallowed.
struct AnswerErrors: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: ConsoleContext, next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as Refusal {
            var response = answer(error.status, error.code, error.message)
            if let pause = error.retryAfter { response.headers[.retryAfter] = "\(max(1, pause.components.seconds + 1))" }
            return response
        } catch let error as RequestRefused {
            return answer(status(of: error.code), error.code.rawValue, error.message)
        } catch let error as ControllerError {
            return answer(.internalServerError, error.code.rawValue, error.message)
        } catch let error as JournalError {
            return answer(.serviceUnavailable, "journal", error.message)
        } catch let error as KubernetesError {
            return answer(.badGateway, "cluster", error.message)
        } catch let error as HTTPError {
            return answer(error.status, "http", error.body ?? error.status.reasonPhrase)
        } catch {
            logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return answer(.internalServerError, "internal", "the request failed; the controller's log says why")
        }
    }

    private func status(of code: RequestRefused.Code) -> HTTPResponse.Status {
        switch code {
        case .notFound: .notFound
        case .notPossible: .conflict
        case .held: .init(code: 423, reasonPhrase: "Locked")
        case .denied: .forbidden
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ code: String, _ message: String) -> Response {
        .json(["error": ["code": .string(code), "message": .string(message)]], status: status)
    }
}

extension Response {
    static func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: .init(byteBuffer: .init(bytes: JSON.bytes(value))))
    }

    static func text(_ text: String, contentType: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: contentType], body: .init(byteBuffer: .init(string: text)))
    }
}
