internal import Controller
internal import Hummingbird
internal import Journal
internal import Manifests

/// What waits for the channels of notifications, and its replay.
struct OutboxRoutes {
    let controller: Controller

    func add(to api: RouterGroup<ConsoleContext>) {
        api.get("outbox") { request, context in
            let query = request.uri.queryParameters
            let limit = min(max(query["limit"].flatMap { Int($0) } ?? 50, 1), 1000)
            let states: Set<NoticeDelivery.State> = query["all"] == "true" ? Set(NoticeDelivery.State.allCases) : [.pending, .dead]
            let (deliveries, summary) = try await controller.outbox(states, limit: limit, by: try context.asker)
            return Response.json(OutboxDocuments.outbox(deliveries, summary))
        }
        api.post("outbox/replay") { request, context in
            let body = try await replay(request, context)
            let replayed = try await controller.replayOutbox(body.deliveries, by: try context.asker, reason: body.reason)
            return Response.json(["replayed": .array(replayed.map { .integer($0) })])
        }
    }

    private func replay(_ request: Request, _ context: ConsoleContext) async throws -> (deliveries: [Int64]?, reason: String) {
        // A form of another site cannot send this content type without asking first.
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            throw Refusal.badRequest("the body must be application/json")
        }
        let buffer = try await request.body.collect(upTo: context.maxUploadSize)
        let reader: StrictReader
        do throws(ManifestError) {
            reader = StrictReader(try JSON.parse(Array(buffer.readableBytesView)))
        } catch {
            throw Refusal.badRequest("the body is not JSON: \(error)")
        }
        let reason = reader.string("reason", default: "")
        let takesAll = reader.bool("all", default: false)
        let given = reader.read("deliveries", expected: "a list of whole numbers") { value -> [Int64]? in
            let numbers = value.array?.compactMap(\.integer)
            return numbers?.count == value.array?.count ? numbers : nil
        }
        if takesAll == (given != nil) { reader.reject(nil, "needs either deliveries: [ID, ...] or all: true") }
        do throws(StrictReaderErrors) {
            try reader.finish()
        } catch {
            throw Refusal.badRequest("\(error)")
        }
        guard reason.count <= Limits.reasonCharacters else {
            throw Refusal.badRequest("the reason has \(reason.count) characters; at most \(Limits.reasonCharacters)")
        }
        return (given, reason)
    }
}
