internal import Controller
internal import Delivery
internal import Hummingbird
internal import Journal
internal import Manifests

/// The questions. Each is authorised as `read`.
struct ReadRoutes {
    let controller: Controller

    func add(to api: RouterGroup<ConsoleContext>) {
        api.get("status") { _, context in try await status(context) }
        api.get("environments/:environment/plan") { _, context in try await plan(context) }
        api.get("environments/:environment/rollback-plan") { request, context in
            let name = try context.parameters.require("environment")
            let to = request.uri.queryParameters["to"].map(String.init)
            return Response.json(Documents.plan(try await controller.rollbackPlan(name, to: to, by: try context.asker)))
        }
        api.get("environments/:environment/quarantines") { _, context in
            let name = try context.parameters.require("environment")
            try await controller.authorize(try context.asker, .read, environment: name)
            _ = try await controller.state(of: name)
            let known = try await controller.journal.quarantines(environment: name)
            return Response.json(["quarantines": .array(known.map(Documents.quarantine))])
        }
        api.get("history") { request, context in try await history(request, context) }
        api.get("audit") { request, context in try await audit(request, context) }
        api.get("audit/verification") { _, context in try await verification(context) }
        api.get("releases/:release") { _, context in try await release(context) }
    }

    private func status(_ context: ConsoleContext) async throws -> Response {
        let views = try await controller.status(by: try context.asker)
        let repository = await controller.repositoryStatus()
        let now = controller.clock.now()
        var document = StatusDocument.make(views, repository: repository, configuration: controller.configuration, now: now)
        document["notifications"] = OutboxDocuments.status(try await controller.journal.outboxSummary(), now: now)
        return .json(document)
    }

    private func plan(_ context: ConsoleContext) async throws -> Response {
        let name = try context.parameters.require("environment")
        return .json(Documents.plan(try await controller.plan(name, by: try context.asker)))
    }

    private func history(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let (environment, readable) = try await scope(request, context)
        if let environment { _ = try await controller.state(of: environment) }
        let limit = min(max(request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 20, 1), 500)
        let releases = try await controller.journal.releases(environment: environment, among: readable, limit: limit)
        return .json(["releases": .array(releases.map(Documents.release))])
    }

    /// The one Environment that is asked for, and those that this person may read.
    private func scope(_ request: Request, _ context: ConsoleContext) async throws -> (environment: String?, readable: Set<String>?) {
        let environment = request.uri.queryParameters["environment"].map(String.init)
        if let environment { try await controller.authorize(try context.asker, .read, environment: environment) }
        return (environment, try await controller.readable(by: try context.asker))
    }

    private func audit(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let (environment, readable) = try await scope(request, context)
        let query = request.uri.queryParameters
        let limit = min(max(query["limit"].flatMap { Int($0) } ?? 50, 1), 1000)
        let filter = AuditFilter(
            environment: environment, among: readable, actor: query["actor"].map(String.init),
            actionPrefix: query["action"].map(String.init), release: try number("release", request),
            from: try number("from", request).map { Timestamp(milliseconds: $0) },
            until: try number("until", request).map { Timestamp(milliseconds: $0) })
        let entries =
            if let after = try number("after", request) {
                try await controller.journal.auditEntries(after: after, filter: filter, limit: limit)
            } else {
                try await controller.journal.latestAuditEntries(filter: filter, limit: limit).reversed() as [AuditEntry]
            }
        return .json(["entries": .array(entries.map(Documents.auditEntry))])
    }

    private func number(_ name: String, _ request: Request) throws -> Int64? {
        guard let text = request.uri.queryParameters[name[...]] else { return nil }
        guard let number = Int64(text) else { throw Refusal.badRequest("\(name) must be a whole number, not \"\(text)\"") }
        return number
    }

    private func verification(_ context: ConsoleContext) async throws -> Response {
        try await controller.authorize(try context.asker, .read, environment: nil)
        return .json(Documents.verification(try await controller.journal.verifyAudit()))
    }

    private func release(_ context: ConsoleContext) async throws -> Response {
        try await controller.authorize(try context.asker, .read, environment: nil)
        let id = try context.parameters.require("release", as: Int64.self)
        guard let release = try await controller.journal.release(id) else {
            throw RequestRefused(.notFound, "there is no release \(id). Look: slipway history")
        }
        try await controller.authorize(try context.asker, .read, environment: release.environment)
        return .json(Documents.release(release))
    }
}

extension ConsoleContext {
    /// Who asks; the authentication comes before every route of the API.
    var asker: Actor {
        get throws {
            guard let actor else { throw Refusal.unauthenticated("the request was not authenticated") }
            return actor
        }
    }
}
