import Delivery
import Testing

/// A phase in which what a Release needs goes away.
enum OutagePoint: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case queued, awaitingApproval, preflight, bringingAStepUp, watchingAStep, applying, rollingOut, verifying, soaking, pruning, watched
    case takingBackByApplying, takingBackByRollingOut, takingBackByVerifying, takingBackByPruning
    case byHandQueued, byHandPreflight, byHandApplying, byHandRollingOut, byHandVerifying, byHandPruning

    var testDescription: String { "\(place.phase.rawValue)\(detail)" }

    private var detail: String {
        switch self {
        case .awaitingApproval: " (approval)"
        case .bringingAStepUp: " (up)"
        case .watchingAStep: " (watched)"
        case .watched: " (watched)"
        case .takingBackByApplying, .takingBackByRollingOut, .takingBackByVerifying, .takingBackByPruning:
            " (\(place.step?.rawValue ?? ""))"
        case .byHandQueued, .byHandPreflight, .byHandApplying, .byHandRollingOut, .byHandVerifying, .byHandPruning: " (rollback by hand)"
        case .queued, .preflight, .applying, .rollingOut, .verifying, .soaking, .pruning: ""
        }
    }

    /// Where that is.
    var place: (phase: ReleasePhase, step: RollbackStep?, kind: Release.Kind, waits: Bool?) {
        switch self {
        case .queued: (.queued, nil, .deploy, nil)
        case .awaitingApproval: (.blocked, nil, .deploy, nil)
        case .preflight: (.preflight, nil, .deploy, nil)
        case .bringingAStepUp: (.stepping, nil, .deploy, false)
        case .watchingAStep: (.stepping, nil, .deploy, true)
        case .applying: (.applying, nil, .deploy, nil)
        case .rollingOut: (.rollingOut, nil, .deploy, nil)
        case .verifying: (.verifying, nil, .deploy, nil)
        case .soaking: (.soaking, nil, .deploy, true)
        case .pruning: (.pruning, nil, .deploy, nil)
        case .watched: (.verified, nil, .deploy, true)
        case .takingBackByApplying: (.rollingBack, .applying, .deploy, nil)
        case .takingBackByRollingOut: (.rollingBack, .rollingOut, .deploy, nil)
        case .takingBackByVerifying: (.rollingBack, .verifying, .deploy, nil)
        case .takingBackByPruning: (.rollingBack, .pruning, .deploy, nil)
        case .byHandQueued: (.queued, nil, .rollback, nil)
        case .byHandPreflight: (.preflight, nil, .rollback, nil)
        case .byHandApplying: (.applying, nil, .rollback, nil)
        case .byHandRollingOut: (.rollingOut, nil, .rollback, nil)
        case .byHandVerifying: (.verifying, nil, .rollback, nil)
        case .byHandPruning: (.pruning, nil, .rollback, nil)
        }
    }

    func isReached(by release: Release) -> Bool {
        let place = place
        guard release.revision.id.hasSuffix(place.kind == .deploy ? "2" : "1"), release.kind == place.kind else { return false }
        return release.phase == place.phase && release.rollbackStep == place.step
            && place.waits.map { $0 == (release.waitUntil != nil) } ?? true
    }
}
