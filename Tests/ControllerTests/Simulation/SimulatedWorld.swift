import Controller
import Delivery
import Synchronization

/// What the simulated workers act on, and the rules that every act is held against.
final class SimulatedWorld: Sendable {
    /// How a Bundle turns out; known by the world alone.
    enum Quality: CaseIterable {
        case good, refusedByTheDryRun, neverHealthy, failsItsTests, failsUnderTraffic, degradesLater
    }

    /// A new version beside the old one.
    struct Beside: Equatable {
        var bundle: String
        /// Percent of the traffic.
        var weight = 0
        /// Since when it runs, by a clock that nobody sets.
        var since: Duration
    }

    struct State {
        /// What each Environment's cluster runs.
        var running: [String: String] = [:]
        /// The same over time, and what had traffic beside it: what people outside have seen.
        var seen: [String: [String]] = [:]
        var beside: [String: Beside] = [:]
        var qualities: [String: Quality] = [:]
        /// Whose API server is away.
        var away: Set<String> = []
        /// Whose metrics answer nothing.
        var withoutMetrics: Set<String> = []
        /// The next act there is done and then the process ends.
        var dies: Set<String> = []
        /// Since when a Bundle runs, by a clock that nobody sets.
        var since: [String: Duration] = [:]
        var proven: [String: Set<String>] = [:]
        var violations: [String] = []
        var writes = 0
        var wall = Timestamp(milliseconds: 1_800_000_000_000)
        var sinceStart: Duration = .zero
    }

    let state: Mutex<State>
    private let start = ContinuousClock.now

    init(_ state: State = State()) { self.state = Mutex(state) }

    /// A person may let a bad Bundle pass its tests.
    let passedOver = Mutex<Set<String>>([])

    func clock(seed: UInt64) -> ControllerClock {
        let dice = Mutex(Dice(seed: seed))
        return ControllerClock(
            now: { self.state.withLock { $0.wall } }, random: { dice.withLock { Double.random(in: 0..<1, using: &$0) } },
            instant: { self.state.withLock { self.start + $0.sinceStart } })
    }

    func pass(_ time: Duration) {
        state.withLock {
            $0.wall = $0.wall + time
            $0.sinceStart += time
        }
    }

    /// Somebody sets the machine's clock.
    func setClock(by step: Duration) { state.withLock { $0.wall = $0.wall + step } }

    func violation(_ words: String) { state.withLock { $0.violations.append(words) } }
}
