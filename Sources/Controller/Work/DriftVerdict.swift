internal import Delivery
internal import Kubernetes
internal import Manifests

/// What is to be done about objects that differ from the verified Bundle. Pure.
struct DriftVerdict {
    /// To be applied again.
    private(set) var healable: Set<ObjectIdentity> = []
    /// To be left alone and said, with the words for it.
    private(set) var told: [ObjectIdentity: DriftLedger.Finding] = [:]
    /// What healing would write over, and who wrote it.
    private(set) var contested: [(field: FightDetector.Field, managers: [String])] = []

    /// - Parameter replaced: objects that were deleted and made anew by somebody else, whatever they say now.
    init(changes: [ObjectChange], replaced: Set<ObjectIdentity>, policy: EnvironmentPolicy.DriftPolicy) {
        for change in changes {
            let id = change.identity
            switch change.action {
            case .unchanged where !replaced.contains(id), .delete: continue
            case .conflict where change.fields.isEmpty && change.note != nil:
                told[id] = DriftLedger.Finding(
                    words: "\(id) differs from the verified bundle and cannot be put right: \(change.note ?? "")", sign: Self.sign(change))
            case .conflict:
                told[id] = DriftLedger.Finding(
                    words:
                        "\(id) differs from the verified bundle and is not put right: \(change.note ?? "another manager owns the field"). Let rollout.conflicts in environment.yaml take it over, or undo it with kubectl",
                    sign: Self.sign(change))
            case .create, .update, .unchanged, .adopt, .replace:
                switch policy {
                case .heal:
                    healable.insert(id)
                    let paths = change.fields.isEmpty ? [[]] : change.fields.map(\.path)
                    contested += paths.map { (FightDetector.Field(id, $0), change.managers) }
                case .report:
                    told[id] = DriftLedger.Finding(
                        words: "\(Self.words(change)). It is left so, as reconcile.drift in environment.yaml says", sign: Self.sign(change))
                }
            }
        }
    }

    /// Somebody writes these again each time: their objects are left alone.
    mutating func leave(_ fights: [FightDetector.Fight]) {
        for fight in fights {
            let id = fight.field.object
            healable.remove(id)
            told[id] = DriftLedger.Finding(words: fight.words, sign: "fight over \(fight.field.path.text)")
            contested.removeAll { $0.field.object == id }
        }
    }

    private static func sign(_ change: ObjectChange) -> String {
        "\(change.action.rawValue) \(change.fields.map { $0.path.text }.sorted().joined(separator: " "))"
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
