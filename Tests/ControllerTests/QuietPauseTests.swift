import Delivery
import Testing

@testable import Controller

@Suite struct QuietPauseTests {
    static let now = Timestamp(milliseconds: 1_000_000)

    @Test func aLaneSleepsUntilTheNextMomentThatItKnows() {
        func pause(_ longest: Duration = .seconds(600), group: Bool = false, ends: Duration...) -> Duration {
            QuietPause(longest: longest, isInGroup: group, ends: ends.map { Self.now + $0 }).from(Self.now)
        }
        #expect(pause() == .seconds(600))
        #expect(pause(ends: .seconds(900)) == .seconds(600))
        #expect(pause(ends: .seconds(90), .seconds(40)) == .seconds(40))
        #expect(pause(ends: .zero) > .zero, "it does not spin")
        #expect(pause(.zero, ends: .seconds(40)) == .zero, "what is due is done at once")
        #expect(pause(group: true) == .seconds(30))
        #expect(pause(group: true, ends: .seconds(10)) == .seconds(10))
    }
}
