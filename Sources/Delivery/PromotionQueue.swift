/// Which Revision is next, among those that may come.
package enum PromotionQueue {
    /// - Parameters:
    ///   - revisions: those that may come, oldest first.
    ///   - behind: ids of those that were taken already: what is verified, and what was tried last.
    package static func next(_ revisions: [Revision], behind: [String], order: EnvironmentPolicy.Order) -> Revision? {
        switch order {
        case .newest: return revisions.last
        case .inOrder:
            guard let last = revisions.lastIndex(where: { behind.contains($0.id) }) else {
                // Nothing of it was taken: an Environment that has proven nothing yet begins with the newest, as all do.
                return behind.isEmpty ? revisions.last : revisions.first
            }
            // What is there already is named again when nothing follows, so that its own state is told.
            return revisions.indices.contains(last + 1) ? revisions[last + 1] : revisions[last]
        }
    }
}
