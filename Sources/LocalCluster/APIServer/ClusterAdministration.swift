internal import Manifests
internal import Synchronization

/// What only this cluster has: its faults, its restart, what it knows about itself. Served below `/slipway/` to its administrators.
///
/// | request | does |
/// | --- | --- |
/// | `GET /slipway/status` | address, counts of objects, start |
/// | `GET /slipway/images` | image names and whether they were pulled |
/// | `GET`, `POST`, `DELETE /slipway/faults`; `DELETE /slipway/faults/NUMBER` | the faults in force |
/// | `POST /slipway/restart` with `{"seconds": 2}` | the API server is gone for that long |
final class ClusterAdministration: Sendable {
    struct Hooks: Sendable {
        var status: @Sendable () async -> Value
        var images: @Sendable () async -> Value
        /// Returns at once.
        var restart: @Sendable (Duration) -> Void
    }

    let faults: FaultSwitch
    private let hooks = Mutex<Hooks?>(nil)

    init(faults: FaultSwitch) { self.faults = faults }

    func connect(_ hooks: Hooks) { self.hooks.withLock { $0 = hooks } }

    /// Nil for a path that is not ours.
    func answer(_ request: APIRequest) async -> APIResponse? {
        guard request.segments.first == "slipway" else { return nil }
        do throws(APIError) {
            return try await admitted(request)
        } catch {
            return .error(error)
        }
    }

    private func admitted(_ request: APIRequest) async throws(APIError) -> APIResponse {
        if request.user.isAnonymous { throw APIError(.unauthorized, "Unauthorized") }
        guard request.user.groups.contains("system:masters") else {
            throw APIError(.forbidden, "only an administrator of the cluster may use \(request.rawPath)")
        }
        guard let hooks = hooks.withLock({ $0 }) else {
            var error = APIError(.serviceUnavailable, "the cluster is starting")
            error.retryAfterSeconds = 1
            throw error
        }
        switch (request.method, Array(request.segments.dropFirst())) {
        case (.get, ["status"]): return .json(await hooks.status())
        case (.get, ["images"]): return .json(await hooks.images())
        case (.get, ["faults"]): return .json(["faults": .array(faults.entries.map(Self.document))])
        case (.post, ["faults"]):
            let id = try faults.set(FaultRule(request.parseBody()))
            return .json(["id": .integer(Int64(id))], status: 201)
        case (.delete, ["faults"]):
            faults.clear()
            return .json(["faults": []])
        case (.delete, let path) where path.count == 2 && path[0] == "faults":
            guard let id = Int(path[1]), faults.remove(id) else {
                throw APIError(.notFound, "there is no fault \(path[1]); GET /slipway/faults lists them")
            }
            return .json(["faults": .array(faults.entries.map(Self.document))])
        case (.post, ["restart"]):
            let seconds = request.body.isEmpty ? 0 : try request.parseBody()["seconds"]?.number ?? 0
            guard seconds >= 0, seconds <= 3600 else { throw APIError(.badRequest, "seconds is a number from 0 to 3600") }
            hooks.restart(.milliseconds(Int64(seconds * 1000)))
            return .json(["restarting": true], status: 202)
        default:
            throw APIError(.notFound, "the server could not find the requested resource")
        }
    }

    private static func document(_ entry: FaultPlan.Entry) -> Value {
        var value = entry.rule.document
        value["id"] = .integer(Int64(entry.id))
        value["used"] = .integer(Int64(entry.used))
        value["setAt"] = .string(entry.setAt.rfc3339)
        return value
    }
}
