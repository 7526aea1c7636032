import Delivery
import Testing

@Suite struct TimestampTests {
    @Test func arithmeticSaturates() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first + .seconds(-1) == first)
        #expect((last - first).wholeMilliseconds == .max)
        #expect((first - last).wholeMilliseconds == .min)
        #expect(Samples.now + Duration(secondsComponent: .max, attosecondsComponent: 0) == last)
        #expect(Duration(secondsComponent: .min, attosecondsComponent: 0).wholeMilliseconds == .min)
    }

    @Test func partsOfMillisecondsAreDropped() {
        #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
        #expect(Duration.microseconds(-1999).wholeMilliseconds == -1)
        #expect(Samples.now + .milliseconds(5) - Samples.now == .milliseconds(5))
    }
}
