internal import Controller
internal import Delivery
internal import Hummingbird
internal import Manifests
internal import Observability

/// The requests that change something. Each names who asks and is authorised, audited and answered by the controller.
struct WriteRoutes {
    let controller: Controller

    func add(to api: RouterGroup<ConsoleContext>) {
        api.post("notify") { _, context in
            try await controller.authorize(try context.asker, .notify, environment: nil)
            controller.notify()
            return Response.json(["looking": true], status: .accepted)
        }
        api.post("environments/:environment/approve") { request, context in
            let body = try await Body(request, context, allowing: ["planHash"])
            let release = try await controller.approve(
                body.environment, planHash: body.string("planHash"), by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release))
        }
        api.post("environments/:environment/deploy") { request, context in
            let body = try await Body(request, context, allowing: ["revision", "force"])
            let release = try await controller.deploy(
                body.environment, revision: body.string("revision"), force: body.flag("force"), by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release), status: .accepted)
        }
        api.post("environments/:environment/rollback") { request, context in
            let body = try await Body(request, context, allowing: ["to", "keepBundle", "commit", "includeShared"])
            let release = try await controller.rollBack(
                body.environment, to: body.string("to"), keepingBundle: body.flag("keepBundle"), commit: try body.commit,
                by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release), status: .accepted)
        }
        api.post("environments/:environment/revert") { request, context in
            let body = try await Body(request, context, allowing: ["includeShared"])
            try await controller.revert(
                body.environment, includingShared: body.flag("includeShared"), by: body.actor, reason: body.reason)
            return Response.json(["asked": true], status: .accepted)
        }
        api.post("environments/:environment/hold") { request, context in
            let body = try await Body(request, context, allowing: ["until"])
            try await controller.hold(body.environment, until: try body.time("until"), by: body.actor, reason: body.reason)
            return Response.json(["held": true])
        }
        api.post("environments/:environment/freeze") { request, context in
            let body = try await Body(request, context, allowing: ["until"])
            try await controller.freeze(body.environment, until: try body.time("until"), by: body.actor, reason: body.reason)
            return Response.json(["frozen": true])
        }
        api.post("environments/:environment/thaw") { request, context in
            let body = try await Body(request, context, allowing: [])
            try await controller.thaw(body.environment, by: body.actor, reason: body.reason)
            return Response.json(["frozen": false])
        }
        api.post("environments/:environment/quarantine") { request, context in
            let body = try await Body(request, context, allowing: ["revision", "until", "lift"])
            guard let revision = body.string("revision") else { throw Refusal.badRequest("revision is missing") }
            let found =
                body.flag("lift")
                ? try await controller.liftQuarantine(body.environment, revision: revision, by: body.actor, reason: body.reason)
                : try await controller.quarantine(
                    body.environment, revision: revision, until: try body.time("until"), by: body.actor, reason: body.reason)
            return Response.json(["quarantined": .bool(!body.flag("lift")), "revision": Documents.revision(found)])
        }
        api.post("environments/:environment/retry") { request, context in
            let body = try await Body(request, context, allowing: [])
            let release = try await controller.retry(body.environment, by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release), status: .accepted)
        }
        api.post("environments/:environment/skip") { request, context in
            let body = try await Body(request, context, allowing: [])
            let release = try await controller.skip(body.environment, by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release), status: .accepted)
        }
        api.post("groups/:environment/rollback") { request, context in
            let body = try await Body(request, context, allowing: ["keepBundle", "commit", "includeShared"])
            let releases = try await controller.rollBack(
                group: body.environment, keepingBundle: body.flag("keepBundle"), commit: try body.commit, by: body.actor,
                reason: body.reason)
            return Response.json(["releases": .array(releases.map(Documents.release))], status: .accepted)
        }
        api.post("groups/:environment/revert") { request, context in
            let body = try await Body(request, context, allowing: ["includeShared"])
            let names = try await controller.revert(
                group: body.environment, includingShared: body.flag("includeShared"), by: body.actor, reason: body.reason)
            return Response.json(["asked": true, "environments": .array(names.map { .string($0) })], status: .accepted)
        }
        api.post("environments/:environment/resume") { request, context in
            let body = try await Body(request, context, allowing: [])
            try await controller.resume(body.environment, by: body.actor, reason: body.reason)
            return Response.json(["held": false])
        }
        api.post("environments/:environment/cancel") { request, context in
            let body = try await Body(request, context, allowing: [])
            let release = try await controller.cancel(body.environment, by: body.actor, reason: body.reason)
            return Response.json(Documents.release(release))
        }
    }
}

/// The parts that every such request has.
private struct Body {
    let environment: String
    let actor: Actor
    let reason: String
    private let value: Value

    init(_ request: Request, _ context: ConsoleContext, allowing keys: [String]) async throws {
        // A form of another site cannot send this content type without asking first.
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            throw Refusal.badRequest("the body must be application/json")
        }
        environment = try context.parameters.require("environment")
        actor = try context.asker
        let buffer = try await request.body.collect(upTo: context.maxUploadSize)
        do throws(ManifestError) {
            value = buffer.readableBytes == 0 ? ["reason": ""] : try JSON.parse(Array(buffer.readableBytesView))
        } catch {
            throw Refusal.badRequest("the body is not JSON: \(error)")
        }
        guard let object = value.object else { throw Refusal.badRequest("the body must be a JSON object") }
        for key in object.keys where key != "reason" && !keys.contains(key) {
            throw Refusal.badRequest("unknown key \"\(key)\"; expected: \((keys + ["reason"]).joined(separator: ", "))")
        }
        reason = value["reason"]?.string ?? ""
        guard reason.count <= Limits.reasonCharacters else {
            throw Refusal.badRequest("the reason has \(reason.count) characters; at most \(Limits.reasonCharacters)")
        }
    }

    func string(_ key: String) -> String? { value[key]?.string }
    func time(_ key: String) throws -> Timestamp? {
        guard let text = string(key) else { return nil }
        guard let milliseconds = RFC3339.unixMilliseconds(from: text) else {
            throw Refusal.badRequest("\(key) must be a time such as 2026-12-24T18:00:00Z, not \"\(text.prefix(80))\"")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    func flag(_ key: String) -> Bool { value[key]?.bool ?? false }

    /// Of a rollback.
    var commit: RollbackCommit {
        get throws {
            guard flag("commit") || !flag("includeShared") else {
                throw Refusal.badRequest("includeShared says which files a commit takes back; it needs commit: true")
            }
            return flag("commit") ? (flag("includeShared") ? .withShared : .ofItsOwn) : .none
        }
    }
}
