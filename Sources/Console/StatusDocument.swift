package import Controller
package import Delivery
package import Manifests

/// The document of `slipway status`.
package enum StatusDocument {
    package static func make(
        _ views: [EnvironmentView], repository: RepositoryWatcher.Status?, configuration: ControllerConfiguration, now: Timestamp
    ) -> Value {
        var source: Value = [
            "url": .string(Redacted.url(configuration.repository.url)), "branch": .string(configuration.repository.branch),
        ]
        source["head"] = repository?.head.map(Documents.revision)
        source["lastSync"] = repository?.lastSync.map(Documents.time)
        source["notice"] = repository?.notice.map { .string($0) }
        source["problem"] = repository?.problem.map { .string($0) }
        return [
            "at": Documents.time(now), "controller": .string(repository == nil ? "stopped" : "running"), "repository": source,
            "environments": .array(views.map(environment)),
        ]
    }

    private static func leadership(_ view: LeadershipView) -> Value {
        var document: Value = ["cluster": .string(view.cluster), "state": .string(view.state.rawValue)]
        document["holder"] = view.holder.map { .string($0) }
        document["generation"] = view.generation.map { .integer($0) }
        document["message"] = view.message.map { .string($0) }
        return document
    }

    private static func gate(_ gate: GateResult) -> Value {
        var document: Value = [
            "kind": .string(gate.kind.rawValue), "name": .string(gate.name), "outcome": .string(gate.outcome.rawValue),
            "reason": .string(gate.sentence),
        ]
        // JSON has no infinity.
        document["value"] = gate.value.flatMap { $0.isFinite ? .double($0) : nil }
        document["threshold"] = gate.threshold.map { .string($0) }
        document["from"] = gate.span.map { Documents.time($0.lowerBound) }
        document["to"] = gate.span.map { Documents.time($0.upperBound) }
        return document
    }

    private static func stop(_ reason: String, by actor: Actor, since: Timestamp, until: Timestamp?) -> Value {
        var document: Value = ["reason": .string(reason), "by": .string(actor.name), "since": Documents.time(since)]
        document["until"] = until.map(Documents.time)
        return document
    }

    private static func hold(_ hold: Hold) -> Value {
        var document = stop(hold.reason, by: hold.by, since: hold.since, until: hold.until)
        document["revert"] = hold.revert.map { revert in
            var part: Value = ["by": .string(revert.by.name), "at": Documents.time(revert.at)]
            switch revert.step {
            case .asked:
                part["step"] = "asked"
                if let delay = revert.delay {
                    part["attempts"] = .integer(Int64(delay.attempts))
                    part["lastError"] = .string(delay.message)
                    part["nextAttemptAt"] = Documents.time(delay.retryAt)
                }
            case .pushed(let commit):
                part["step"] = "pushed"
                part["commit"] = .string(commit)
            case .failed(let message):
                part["step"] = "failed"
                part["message"] = .string(message)
            }
            part["group"] = revert.group.map { .string($0.name) }
            return part
        }
        return document
    }

    private static func environment(_ view: EnvironmentView) -> Value {
        var document: Value = [
            "name": .string(view.state.name), "health": .string(view.health), "note": .string(view.note),
        ]
        document["promotesFrom"] = view.promotesFrom.map { .string($0) }
        document["healthMessage"] = view.healthMessage.isEmpty ? nil : .string(view.healthMessage)
        document["problem"] = view.problem.map { .string($0) }
        document["drift"] = view.drift.map { .string($0) }
        document["leadership"] = view.leadership.map(leadership)
        document["renderedWith"] = view.renderedWith.map { .string($0) }
        document["gates"] = view.gates.isEmpty ? nil : .array(view.gates.map(gate))
        document["verified"] = view.state.verifiedRevision.map { revision in
            var verified = Documents.revision(revision)
            verified["bundle"] = view.state.verifiedBundle.map { .string($0) }
            verified["at"] = view.state.verifiedAt.map(Documents.time)
            return verified
        }
        document["hold"] = view.state.hold.map(hold)
        document["freeze"] = view.state.freeze.map { stop($0.reason, by: $0.by, since: $0.since, until: $0.until) }
        document["release"] = view.release.map(Documents.release)
        if let rollout = view.rollout {
            document["release", "steps"] = .integer(Int64(rollout.steps))
            document["release", "weight"] = .integer(Int64(rollout.weight))
        }
        return document
    }
}
