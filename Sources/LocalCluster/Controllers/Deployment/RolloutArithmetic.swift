/// The sums of a rolling update, as the Deployment controller of Kubernetes does them (`pkg/controller/deployment`).
package enum RolloutArithmetic {
    package struct Bounds: Sendable, Hashable {
        /// Pods above the wanted count.
        package var surge: Int64
        /// Pods below the wanted count.
        package var unavailable: Int64
    }

    /// `maxSurge` is rounded up, `maxUnavailable` down; both zero would stand still, so one may then be unavailable.
    package static func bounds(maxSurge: IntOrPercent?, maxUnavailable: IntOrPercent?, replicas: Int64) -> Bounds {
        let surge = (maxSurge ?? .percent(25)).resolved(of: replicas, rounding: .up)
        let unavailable = (maxUnavailable ?? .percent(25)).resolved(of: replicas, rounding: .down)
        return Bounds(surge: surge, unavailable: surge == 0 && unavailable == 0 ? 1 : unavailable)
    }

    /// Replicas of the new ReplicaSet: as many as the surge leaves room for.
    /// - Parameter all: the sum of `spec.replicas` over all ReplicaSets, the new one among them.
    package static func newReplicas(wanted: Int64, current: Int64, all: Int64, surge: Int64) -> Int64 {
        let limit = wanted + surge
        if all >= limit { return current }
        return current + min(limit - all, wanted - current)
    }

    package struct Sizes: Sendable, Hashable {
        package var replicas: Int64
        package var available: Int64

        package init(replicas: Int64, available: Int64) {
            self.replicas = replicas
            self.available = available
        }
    }

    /// How far the old ReplicaSets may shrink now: Pods that are not available go first, then available ones as far as
    /// `unavailable` allows.
    /// - Parameter old: oldest first.
    package static func shrink(old: [Sizes], new: Sizes?, wanted: Int64, unavailable: Int64) -> [Int64] {
        var sizes = old.map(\.replicas)
        let oldCount = sizes.reduce(0, +)
        guard oldCount > 0 else { return sizes }
        let minimum = wanted - unavailable
        let newUnavailable = new.map { $0.replicas - $0.available } ?? 0
        let mayGo = oldCount + (new?.replicas ?? 0) - minimum - newUnavailable
        guard mayGo > 0 else { return sizes }

        var gone: Int64 = 0
        for index in old.indices where gone < mayGo && sizes[index] > 0 {
            let step = min(mayGo - gone, max(0, sizes[index] - old[index].available))
            sizes[index] -= step
            gone += step
        }
        var surplus = old.reduce(new?.available ?? 0) { $0 + $1.available } - minimum
        for index in old.indices where surplus > 0 {
            let step = min(sizes[index], surplus)
            sizes[index] -= step
            surplus -= step
        }
        return sizes
    }

    /// Spreads a change of `spec.replicas` in the middle of a rollout over the active ReplicaSets, in proportion to their size.
    /// - Parameters:
    ///   - active: `replicas` and the `max-replicas` annotation of each, in the order in which Kubernetes serves them: the
    ///     largest first, and of equals the newer first when growing, the older first when shrinking.
    ///   - toAdd: how many replicas to add; negative to remove.
    package static func proportional(
        active: [(replicas: Int64, formerMaximum: Int64)], wanted: Int64, surge: Int64, toAdd: Int64
    ) -> [Int64] {
        var sizes = active.map(\.replicas)
        guard toAdd != 0 else { return sizes }
        var added: Int64 = 0
        for (index, set) in active.enumerated() where set.replicas != 0 && toAdd != added {
            let fraction: Int64
            if wanted == 0 {
                fraction = -set.replicas
            } else {
                let scaled = Double(set.replicas * (wanted + surge)) / Double(max(set.formerMaximum, 1))
                fraction = Int64(scaled.rounded()) - set.replicas
            }
            let allowed = toAdd - added
            let step = toAdd > 0 ? min(fraction, allowed) : max(fraction, allowed)
            sizes[index] += step
            added += step
        }
        if let first = sizes.first { sizes[0] = max(0, first + toAdd - added) }
        return sizes
    }
}
