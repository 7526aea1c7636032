internal import Manifests

/// Who wrote an inventory: the controller, by the identity of its Journal, and the term in which it led.
///
/// The inventory is written at the start of every apply and prune, under its resourceVersion. A deposed leader that goes on finds a later
/// term there, or makes the new leader's write a conflict, which looks again: one of the two always learns of the other.
struct InventoryClaim: Sendable, Hashable {
    /// `nil` when the writer has no Journal.
    var controller: String?
    /// `nil` when no lease is used.
    var term: LeaseTerm?
    /// The newest Release of the Environment that the writer knew. A Journal that does not know it is an old copy.
    var release: Int64?

    private static let releaseKey = "release"
    private static let controllerKey = "controller"
    private static let termKey = "term"

    init(controller: String?, term: LeaseTerm?, release: Int64? = nil) {
        self.controller = controller
        self.term = term
        self.release = release
    }

    /// As an inventory says it. `data.term` is `<generation> <UID of the lease> <lease's namespace>/<lease's name> <holder>`.
    init(_ inventory: Value) {
        controller = inventory["data", Self.controllerKey]?.string
        release = inventory["data", Self.releaseKey]?.string.flatMap { Int64($0) }
        let parts = (inventory["data", Self.termKey]?.string ?? "").split(separator: " ", maxSplits: 3).map(String.init)
        guard parts.count == 4, let generation = Int64(parts[0]), let slash = parts[2].firstIndex(of: "/") else { return }
        let lease = ObjectIdentity(
            group: LeaseRecord.kind.group, kind: LeaseRecord.kind.kind, namespace: String(parts[2][..<slash]),
            name: String(parts[2][parts[2].index(after: slash)...]))
        term = LeaseTerm(lease: lease, leaseUID: parts[1], generation: generation, holder: parts[3])
    }

    func write(into inventory: inout Value) {
        if let controller { inventory["data", Self.controllerKey] = .string(controller) }
        if let release { inventory["data", Self.releaseKey] = .string(String(release)) }
        if let term {
            inventory["data", Self.termKey] = .string(
                "\(term.generation) \(term.leaseUID) \(term.lease.namespace)/\(term.lease.name) \(term.holder)")
        }
    }

    /// What the next write says. A part that this writer does not know stays.
    func over(_ old: InventoryClaim) -> InventoryClaim {
        InventoryClaim(controller: controller ?? old.controller, term: term ?? old.term, release: release ?? old.release)
    }

    enum Verdict: Sendable, Hashable {
        case mine
        /// Another controller's Journal knows these objects.
        case foreign(controller: String)
        /// Our Journal is older than the one that wrote it: it does not know this Release, nor what was decided since.
        case behind(release: Int64)
        /// A later term than ours wrote it.
        case deposed(LeaseTerm)
        /// It was written under another Lease object than ours; which of the two counts, the cluster has to say.
        case otherLease(LeaseTerm)
    }

    /// Whether we may write over `old`.
    func verdict(on old: InventoryClaim) -> Verdict {
        if let controller, let theirs = old.controller, theirs != controller { return .foreign(controller: theirs) }
        if controller != nil, controller == old.controller, let release, let theirs = old.release, theirs > release {
            return .behind(release: theirs)
        }
        guard let term, let theirs = old.term else { return .mine }
        if theirs.leaseUID != term.leaseUID { return .otherLease(theirs) }
        if theirs.generation > term.generation { return .deposed(theirs) }
        // One generation has one holder; two would be two leaders.
        if theirs.generation == term.generation, theirs.holder != term.holder { return .deposed(theirs) }
        return .mine
    }
}
