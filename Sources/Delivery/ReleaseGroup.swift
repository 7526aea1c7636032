/// Environments that take a Revision together: none begins to write before all may, none is verified before all are proven, and when one
/// fails all go back.
package enum ReleaseGroup {
    /// Another Environment of the group, as it stands.
    package struct Peer: Sendable, Hashable {
        package var state: EnvironmentState
        /// Newest first.
        package var releases: [Release]
        /// What the Revision that is asked about renders to there.
        package var bundle: String?

        package init(state: EnvironmentState, releases: [Release]) {
            self.state = state
            self.releases = releases
        }
    }

    /// What the others mean for one Release.
    package enum Standing: Sendable, Hashable {
        case ready
        /// Who has not come as far, in words.
        case waits(for: [String])
        case fails(Failure)
    }

    /// - Parameter isProven: whether the Release has proven itself and asks to be verified; else it asks to begin to write.
    package static func standing(of release: Release, isProven: Bool, among peers: [Peer]) -> Standing {
        var waiting: [String] = []
        for peer in peers {
            let twin = peer.releases.first { isTwin($0, of: release) }
            guard let twin else {
                // It renders to what is verified there already.
                let isThere = peer.bundle != nil && peer.bundle == peer.state.verifiedBundle
                if peer.state.verifiedRevision?.id != release.revision.id, !isThere {
                    waiting.append("\(peer.state.name) has no release of it yet")
                }
                continue
            }
            switch twin.phase {
            case .failed, .rollingBack, .rolledBack, .rollbackFailed, .superseded, .cancelled:
                // What ended before this was tried (again) may be tried again, too.
                if (twin.finishedAt ?? twin.phaseSince) < release.retriedAt ?? release.createdAt {
                    let verb = twin.retryPhase == nil ? "deploy" : "retry"
                    waiting.append(
                        "\(peer.state.name) release \(twin.id) is \(twin.phase.rawValue); try it again: slipway \(verb) \(peer.state.name)")
                    continue
                }
                let why = twin.failure.map { ": \($0.message)" } ?? ""
                return .fails(
                    Failure(
                        origin: .group, message: "\(peer.state.name) release \(twin.id) of the same group is \(twin.phase.rawValue)\(why)"))
            case .queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying:
                let hasBegun = twin.phase.mayHaveWritten || twin.isReadyForGroup
                if isProven || !hasBegun { waiting.append("\(peer.state.name) release \(twin.id) is \(twin.phase.rawValue)") }
            case .soaking, .pruning, .verified: break
            }
        }
        return waiting.isEmpty ? .ready : .waits(for: waiting)
    }

    /// A person's force is outside the group, and what comes after a Release was proven says nothing about it.
    private static func isTwin(_ other: Release, of release: Release) -> Bool {
        guard other.kind == .deploy, !other.isForced, other.revision.id == release.revision.id, other.id != release.id else { return false }
        guard release.phase == .verified, let proven = release.finishedAt else { return true }
        return other.createdAt <= proven
    }
}
