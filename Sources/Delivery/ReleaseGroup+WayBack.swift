/// What a rollback of a whole group means in each of its Environments.
extension ReleaseGroup {
    package enum Part: Sendable, Hashable {
        /// It goes to what was verified before.
        case back
        /// What waits there gives way; what is proven stays.
        case stay
        /// It has no part in it, and why.
        case none(String)
    }

    /// The Revision that is left: that of the newest Release forward, of all of them.
    ///
    /// - Parameter releases: of each member, the newest first.
    package static func leaving(_ releases: [[Release]]) -> Revision? {
        releases.compactMap { $0.first { $0.kind == .deploy && ($0.phase.isActive || $0.phase == .verified || $0.leftSomething) } }
            .max { $0.id < $1.id }?.revision
    }

    /// - Parameter releases: of that Environment, the newest first.
    package static func part(of state: EnvironmentState, releases: [Release], leaving revision: Revision) -> Part {
        if WayBack.isDone(in: state, releases) { return .none("it was taken back already") }
        guard let last = releases.first(where: { $0.kind == .deploy && $0.revision.id == revision.id }) else {
            return .none("it has taken nothing of \(revision.short)")
        }
        if last.phase.isActive, !last.phase.mayHaveWritten {
            return state.verifiedBundle == nil ? .none("nothing is verified there") : .stay
        }
        let isThere = last.phase.isActive || last.leftSomething || (last.phase == .verified && state.verifiedBundle == last.bundle)
        return isThere ? .back : .none("it does not run \(revision.short)")
    }
}

extension WayBack {
    /// Whether a way back has ended well, and still holds the Environment: who asks for another without saying how far has not seen it.
    package static func isDone(in state: EnvironmentState, _ releases: [Release]) -> Bool {
        guard state.hold != nil, case .ended? = releases.isEmpty ? nil : WayBack(releases) else { return false }
        return !releases.contains { $0.phase.isActive && $0.phase.mayHaveWritten }
    }
}
