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

    /// Wakes the lanes for which the state of an Environment matters. With hundreds of them, to wake all at each change of each would make
    /// a start of all together take minutes.
    func wakeOthers(than name: String) {
        for (other, lane) in lanes.withLock({ $0 }) where other != name && lane.depends(on: name) { lane.wake() }
    }

    /// Lanes sleep until moments of the machine's clock: when that is set, they look again.
    private func wakeAfterClockStep(_ stepped: inout Duration) {
        guard let now = context.withLock({ $0 })?.clock.reading().stepped, now != stepped else { return }
        stepped = now
        for lane in lanes.withLock({ Array($0.values) }) { lane.wake() }
    }

    /// What is under way there stops at once, whoever leads now: the next look decides.
    func leadershipMoved(_ cluster: String) async {
        for lane in lanes.withLock({ Array($0.values) }) where await lane.cluster == cluster { await lane.preempt() }
    }

    func run() async {
        var stepped = Duration.zero
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                wakeAfterClockStep(&stepped)
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
