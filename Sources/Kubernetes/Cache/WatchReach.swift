/// Which watches one kind needs: one a namespace, or one for the whole cluster. Pure.
///
/// A watch costs the API server and us a stream each, and a new request every five minutes, however silent it is; five hundred Environments would
/// have six thousand. One watch of the whole cluster costs what it brings that nobody here asked for. So few namespaces are watched one by one,
/// and of the rest of the cluster nothing is read; with more than ``KubernetesLimits/singleWatches`` one watch takes their place:
///
/// - of objects that carry our label at once, since all that it brings is ours;
/// - of others (Pods, ReplicaSets, warnings) only when the server counts not many more of them than are wanted: no more than a watch a namespace
///   is worth (``KubernetesLimits/objectsPerWatch``). What lies in other namespaces is dropped as it is read.
///
/// Where it is refused (the namespaced mode of least rights), or too much would come, the namespaces stay one by one, and it is tried again when
/// they have doubled. What is known stays in use until what takes its place has been read.
struct WatchReach: Sendable {
    /// One watch.
    enum Place: Sendable, Hashable {
        /// Empty for cluster-scoped kinds.
        case namespace(String)
        /// Numbered, since a new one is read while the old one is still in use.
        case everywhere(Int)
    }

    enum Action: Sendable, Equatable {
        /// - Parameter keeping: the namespaces whose objects are kept; `nil` keeps all.
        case watch(Place, keeping: Set<String>?)
        case end(Place)
    }

    private struct Everywhere {
        var number: Int
        /// `nil` for all.
        var namespaces: Set<String>?
        /// How many namespaces there were when it began.
        var asked: Int

        var place: Place { .everywhere(number) }
        func covers(_ namespace: String) -> Bool { namespaces?.contains(namespace) ?? true }
    }

    private let keepsAll: Bool
    private let singleWatches: Int
    private var followed: Set<String> = []
    /// Namespaces with a watch of their own, and those of them whose objects are known.
    private var single: Set<String> = []
    private var singleRead: Set<String> = []
    /// The watch of the whole cluster that is in use, and the one that is being read to take its place, or that of the single ones.
    private var wide: Everywhere?
    private var coming: Everywhere?
    /// With so many namespaces it was refused.
    private var refusedAt: Int?
    private var number = 0

    /// - Parameter keepsAll: whether all that a watch of the whole cluster brings is ours.
    init(keepsAll: Bool, singleWatches: Int) {
        self.keepsAll = keepsAll
        self.singleWatches = singleWatches
    }

    /// The watch to look at for what is in a namespace.
    func place(of namespace: String) -> Place? {
        if let wide, wide.covers(namespace) { return wide.place }
        if single.contains(namespace) { return .namespace(namespace) }
        return coming?.place
    }

    /// These are the namespaces that somebody follows from now on.
    mutating func follow(_ namespaces: Set<String>) -> [Action] {
        followed = namespaces
        return settle()
    }

    /// All that there is in a place has been read.
    mutating func read(_ place: Place) -> [Action] {
        switch place {
        case .namespace(let namespace):
            guard single.contains(namespace), singleRead.insert(namespace).inserted else { return [] }
            return settle()
        case .everywhere:
            guard let new = coming, new.place == place else { return [] }
            let old = wide
            (wide, coming, refusedAt) = (new, nil, nil)
            return (old.map { [.end($0.place)] } ?? []) + settle()
        }
    }

    /// The server does not let us watch the whole cluster (any more), or it is too much.
    mutating func refused(_ place: Place) -> [Action] {
        guard let refused = [wide, coming].compactMap(\.self).first(where: { $0.place == place }) else { return [] }
        if wide?.place == place { wide = nil } else { coming = nil }
        // Those that came meanwhile were not asked about: with them it may be worth it.
        refusedAt = refused.asked
        return [.end(place)] + settle()
    }

    /// What is to be watched now that was not, and what no longer is.
    private mutating func settle() -> [Action] {
        guard !followed.isEmpty else { return endAll() }
        var actions: [Action] = []
        // Half as many, so that one Environment that comes and goes does not move the watches each time.
        let isFew = followed.count <= singleWatches / 2
        if isFew, let coming {
            actions.append(.end(coming.place))
            self.coming = nil
        }
        let uncovered = followed.filter { !(wide?.covers($0) ?? false) }
        if coming == nil, uncovered.count > singleWatches, refusedAt.map({ followed.count >= 2 * $0 }) ?? true {
            number += 1
            let new = Everywhere(number: number, namespaces: keepsAll ? nil : followed, asked: followed.count)
            coming = new
            actions.append(.watch(new.place, keeping: new.namespaces))
        }
        // While a wide one is being read, whoever has no watch yet waits for it: hundreds may come at once.
        var wanted = coming == nil ? uncovered : uncovered.intersection(single)
        if isFew, wide != nil { wanted = followed }
        if isFew, let wide, followed.isSubset(of: singleRead) {
            actions.append(.end(wide.place))
            self.wide = nil
        }
        for namespace in single.subtracting(wanted).sorted() {
            single.remove(namespace)
            singleRead.remove(namespace)
            actions.append(.end(.namespace(namespace)))
        }
        for namespace in wanted.subtracting(single).sorted() {
            single.insert(namespace)
            actions.append(.watch(.namespace(namespace), keeping: nil))
        }
        return actions
    }

    private mutating func endAll() -> [Action] {
        let places = single.sorted().map(Place.namespace) + [wide, coming].compactMap { $0?.place }
        (single, singleRead, wide, coming, refusedAt) = ([], [], nil, nil, nil)
        return places.map(Action.end)
    }
}
