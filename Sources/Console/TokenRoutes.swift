internal import Controller
internal import Delivery
internal import Hummingbird
internal import Journal
internal import Manifests

/// Making, listing and ending tokens; for administrators of every Environment.
struct TokenRoutes {
    let controller: Controller

    func add(to api: RouterGroup<ConsoleContext>) {
        api.get("tokens") { _, context in
            let tokens = try await controller.tokens(by: try context.asker)
            let now = controller.clock.now()
            return Response.json(["tokens": .array(tokens.map { Documents.token($0, at: now) })])
        }
        api.post("tokens") { request, context in
            let reader = try await reader(request, context)
            let name = reader.requiredString("name") ?? ""
            let roles = reader.strings("roles")
            let environments = reader.strings("environments")
            let lifetime = reader.read("expiresIn", expected: "a duration such as 30d or 12h") { $0.string.flatMap(DurationText.parseDays) }
            let reason = reader.string("reason", default: "")
            try finish(reader, reason)
            let (token, stored) = try await controller.createToken(
                name, roles: roles.isEmpty ? nil : roles, environments: environments.isEmpty ? nil : environments, lifetime: lifetime,
                by: try context.asker, reason: reason)
            var document = Documents.token(stored, at: controller.clock.now())
            document["token"] = .string(token)
            return Response.json(document, status: .created)
        }
        api.post("tokens/:token/revoke") { request, context in
            let reader = try await reader(request, context)
            let reason = reader.string("reason", default: "")
            try finish(reader, reason)
            let token = try context.parameters.require("token")
            let ended = try await controller.revokeToken(token, by: try context.asker, reason: reason)
            return Response.json(["revoked": .array(ended.map { .integer($0) })])
        }
    }

    private func reader(_ request: Request, _ context: ConsoleContext) async throws -> StrictReader {
        // Nothing is read of whom nobody would listen to.
        try await controller.authorize(try context.asker, .manageTokens, environment: nil)
        // A form of another site cannot send this content type without asking first.
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            throw Refusal.badRequest("the body must be application/json")
        }
        let buffer = try await request.body.collect(upTo: context.maxUploadSize)
        do throws(ManifestError) {
            return StrictReader(buffer.readableBytes == 0 ? [:] : try JSON.parse(Array(buffer.readableBytesView)))
        } catch {
            throw Refusal.badRequest("the body is not JSON: \(error)")
        }
    }

    private func finish(_ reader: StrictReader, _ reason: String) throws {
        do throws(StrictReaderErrors) {
            try reader.finish()
        } catch {
            throw Refusal.badRequest("\(error)")
        }
        guard reason.count <= Limits.reasonCharacters else {
            throw Refusal.badRequest("the reason has \(reason.count) characters; at most \(Limits.reasonCharacters)")
        }
    }
}
