/// Environments that take a Revision together: none begins to write before all may, none is verified before all are proven, and when one
/// fails all go back.
package enum ReleaseGroup {
    /// Another Environment of the group, as it stands.
    package struct Peer: Sendable, Hashable {
        package var state: EnvironmentState
        /// Newest first.
        package var releases: [Release]

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
            let twin = peer.releases.first { $0.kind == .deploy && $0.revision.id == release.revision.id && $0.id != release.id }
            guard let twin else {
                // It renders to what is verified there already.
                if peer.state.verifiedRevision?.id != release.revision.id { waiting.append("\(peer.state.name) has no release of it yet") }
                continue
            }
            switch twin.phase {
            case .failed, .rollingBack, .rolledBack, .rollbackFailed, .superseded, .cancelled:
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
}
