import Delivery
import Synchronization
import Testing

@testable import Controller

@Suite struct ClockStepsTests {
    private final class Hands: Sendable {
        private struct State {
            var wall: Int64 = 1_000_000
            var instant = ContinuousClock.now
        }
        private let state = Mutex(State())

        var steps: ClockSteps {
            ClockSteps(
                now: { Delivery.Timestamp(milliseconds: self.state.withLock { $0.wall }) }, instant: { self.state.withLock { $0.instant } })
        }

        func pass(_ duration: Duration, setBy step: Duration = .zero) {
            state.withLock { state in
                state.instant += duration
                state.wall += (duration + step).wholeMilliseconds
            }
        }
    }

    @Test func `time that passes is no step, however long, and neither is slewing`() {
        let hands = Hands()
        let steps = hands.steps
        for _ in 1...100 {
            hands.pass(.seconds(3_600), setBy: .milliseconds(200))
            #expect(steps.read().stepped == .zero)
        }
    }

    @Test func `steps add up, in both directions`() {
        let hands = Hands()
        let steps = hands.steps
        hands.pass(.seconds(1), setBy: .seconds(3_600))
        #expect(steps.read().stepped == .seconds(3_600))
        hands.pass(.seconds(1), setBy: .seconds(-60))
        #expect(steps.read().stepped == .seconds(3_540))
        hands.pass(.seconds(1), setBy: .seconds(-3_540))
        #expect(steps.read().stepped == .zero)
    }

    @Test func `ages are never too long because of a step`() {
        let hands = Hands()
        let steps = hands.steps
        let start = steps.read().now
        hands.pass(.seconds(10), setBy: .seconds(3_600))
        #expect(steps.read().forAges - start == .seconds(10))
        hands.pass(.seconds(901))
        #expect(steps.read().forAges == steps.read().now, "what is looked at by now was made after it")
        hands.pass(.seconds(1), setBy: .seconds(-3_600))
        #expect(steps.read().forAges == steps.read().now)
    }
}
