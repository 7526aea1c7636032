internal import Delivery
internal import Manifests

/// What is to be done about objects that differ from the verified Bundle. Pure.
struct DriftVerdict {
    /// To be applied again.
    private(set) var healable: Set<ObjectIdentity> = []
    /// To be left alone and said, with the words for it.
    private(set) var told: [ObjectIdentity: String] = [:]

    /// - Parameter replaced: objects that were deleted and made anew by somebody else, whatever they say now.
    init(changes: [ObjectChange], replaced: Set<ObjectIdentity>, policy: EnvironmentPolicy.DriftPolicy) {
        for change in changes {
            let id = change.identity
            switch change.action {
            case .unchanged where !replaced.contains(id), .delete: continue
            case .conflict:
                told[id] =
                    "\(id) differs from the verified bundle and is not put right: \(change.note ?? "another manager owns the field"). Let rollout.conflicts in environment.yaml take it over, or undo it with kubectl"
            case .create, .update, .unchanged, .adopt, .replace:
                switch policy {
                case .heal: healable.insert(id)
                case .report:
                    told[id] = "\(Self.words(change)). It is left so, as reconcile.drift in environment.yaml says"
                }
            }
        }
    }

    private static func words(_ change: ObjectChange) -> String {
        switch change.action {
        case .create: return "\(change.identity) of the verified bundle does not exist"
        case .unchanged, .conflict, .delete: return "\(change.identity) was deleted and made anew by somebody else"
        case .adopt, .replace, .update:
            let fields = change.fields.prefix(3).map { "\($0)" }.joined(separator: ", ")
            let more = change.fields.count > 3 ? " and \(change.fields.count - 3) more fields" : ""
            return "\(change.identity) differs from the verified bundle: \(fields)\(more)"
        }
    }
}
