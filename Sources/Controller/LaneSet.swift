internal import Synchronization

/// The lanes that run; more join when a Revision brings a new Environment.
final class LaneSet: Sendable {
    private let lanes = Mutex<[String: Lane]>([:])
    private let fresh = Mutex<[Lane]>([])
    private let signal = WakeSignal()
    let context = Mutex<LaneContext?>(nil)

    var names: [String] { lanes.withLock { $0.keys.sorted() } }

    func lane(_ name: String) -> Lane? { lanes.withLock { $0[name] } }

    /// Makes the lanes that are missing and wakes the others.
    func ensure(_ names: [String], context given: LaneContext? = nil) async {
        guard let context = given ?? context.withLock({ $0 }) else { return }
        for name in names {
            if let lane = lane(name) {
                lane.wake()
                continue
            }
            let lane = Lane(name: name, context: context)
            lanes.withLock { $0[name] = lane }
            fresh.withLock { $0.append(lane) }
        }
        signal.set()
    }

    func wakeOthers(than name: String) {
        for (other, lane) in lanes.withLock({ $0 }) where other != name { lane.wake() }
    }

    /// What is under way there stops at once, whoever leads now: the next look decides.
    func leadershipMoved(_ cluster: String) async {
        for lane in lanes.withLock({ Array($0.values) }) where await lane.cluster == cluster { await lane.preempt() }
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let starting = fresh.withLock { fresh in
                    defer { fresh = [] }
                    return fresh
                }
                for lane in starting { group.addTask { await lane.run() } }
                await signal.wait(atMost: Limits.idlePoll)
            }
        }
    }
}
