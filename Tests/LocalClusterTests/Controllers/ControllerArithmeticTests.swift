import Manifests
import Testing

@testable import LocalCluster

@Suite struct ControllerArithmeticTests {
    /// replicas, maxSurge, maxUnavailable, then what Kubernetes makes of them.
    @Test(
        arguments: [
            (10, "25%", "25%", 3, 2), (3, "25%", "25%", 1, 0), (1, "25%", "25%", 1, 0), (4, "25%", "25%", 1, 1), (3, "1", "0", 1, 0),
            (3, "0", "0", 0, 1), (3, "0%", "10%", 0, 1), (10, "100%", "0%", 10, 0), (7, "30%", "30%", 3, 2), (0, "25%", "25%", 0, 1),
        ] as [(Int64, String, String, Int64, Int64)])
    func bounds(_ replicas: Int64, _ surge: String, _ unavailable: String, _ expectedSurge: Int64, _ expectedUnavailable: Int64) {
        func value(_ text: String) -> Value { Int64(text).map { .integer($0) } ?? .string(text) }
        let bounds = RolloutArithmetic.bounds(
            maxSurge: IntOrPercent(value(surge)), maxUnavailable: IntOrPercent(value(unavailable)), replicas: replicas)
        #expect(bounds == .init(surge: expectedSurge, unavailable: expectedUnavailable))
    }

    @Test func theNewReplicaSetTakesTheRoomThatTheSurgeLeaves() {
        #expect(RolloutArithmetic.newReplicas(wanted: 10, current: 0, all: 10, surge: 3) == 3)
        #expect(RolloutArithmetic.newReplicas(wanted: 10, current: 3, all: 13, surge: 3) == 3)
        #expect(RolloutArithmetic.newReplicas(wanted: 10, current: 3, all: 11, surge: 3) == 5)
        #expect(RolloutArithmetic.newReplicas(wanted: 2, current: 0, all: 0, surge: 1) == 2)
    }

    @Test func unavailablePodsGoFirst() {
        // Two old ones of which one is broken: only the broken one may go while nothing new is available.
        let shrunk = RolloutArithmetic.shrink(
            old: [.init(replicas: 3, available: 2)], new: .init(replicas: 1, available: 0), wanted: 3, unavailable: 1)
        #expect(shrunk == [2])
    }

    @Test func availablePodsGoAsNewOnesCome() {
        let none = RolloutArithmetic.shrink(
            old: [.init(replicas: 3, available: 3)], new: .init(replicas: 1, available: 0), wanted: 3, unavailable: 0)
        #expect(none == [3])
        let one = RolloutArithmetic.shrink(
            old: [.init(replicas: 3, available: 3)], new: .init(replicas: 1, available: 1), wanted: 3, unavailable: 0)
        #expect(one == [2])
    }

    @Test func theOldestShrinksFirst() {
        let shrunk = RolloutArithmetic.shrink(
            old: [.init(replicas: 2, available: 2), .init(replicas: 2, available: 2)], new: .init(replicas: 3, available: 3), wanted: 4,
            unavailable: 0)
        #expect(shrunk == [0, 1])
    }

    @Test func aChangeOfSizeIsSpreadInProportion() {
        // The example of the Kubernetes documentation: 10 replicas with surge 3, in the middle of a rollout (8 old, 5 new), scaled to 15.
        let sizes = RolloutArithmetic.proportional(
            active: [(replicas: 8, formerMaximum: 13), (replicas: 5, formerMaximum: 13)], wanted: 15, surge: 3, toAdd: 5)
        #expect(sizes == [11, 7])
        #expect(
            RolloutArithmetic.proportional(
                active: [(replicas: 6, formerMaximum: 12), (replicas: 6, formerMaximum: 12)], wanted: 0, surge: 0, toAdd: -12) == [0, 0])
    }

    /// Whatever the numbers: never more Pods than wanted and surge, never fewer available than allowed, and it comes to an end.
    @Test func everyRolloutKeepsItsBounds() {
        for replicas in Int64(0)...8 {
            for surge in Int64(0)...3 {
                for unavailable in Int64(0)...3 {
                    let bounds = RolloutArithmetic.bounds(maxSurge: .count(surge), maxUnavailable: .count(unavailable), replicas: replicas)
                    let allowed = min(bounds.unavailable, replicas)
                    var (old, new) = (replicas, Int64(0))
                    var steps = 0
                    while (new < replicas || old > 0) && steps < 100 {
                        steps += 1
                        let grown = RolloutArithmetic.newReplicas(wanted: replicas, current: new, all: old + new, surge: bounds.surge)
                        if grown != new {
                            // Not available at once: the next step must not count on them.
                            let shrunk = RolloutArithmetic.shrink(
                                old: [.init(replicas: old, available: old)], new: .init(replicas: grown, available: new), wanted: replicas,
                                unavailable: allowed)[0]
                            old = shrunk
                            #expect(old + new >= replicas - allowed)
                            new = grown
                        } else {
                            old =
                                RolloutArithmetic.shrink(
                                    old: [.init(replicas: old, available: old)], new: .init(replicas: new, available: new),
                                    wanted: replicas,
                                    unavailable: allowed)[0]
                        }
                        #expect(old + new <= replicas + bounds.surge)
                        #expect(old + new >= replicas - allowed)
                    }
                    #expect(new == replicas && old == 0, "replicas \(replicas) surge \(surge) unavailable \(unavailable)")
                }
            }
        }
    }
}
