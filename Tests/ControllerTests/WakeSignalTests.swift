import Testing

@testable import Controller

@Suite(.timeLimit(.minutes(1))) struct WakeSignalTests {
    @Test func aWakeThatCameEarlyIsKept() async {
        let signal = WakeSignal()
        signal.set()
        signal.set()
        await signal.wait(atMost: .seconds(3600))
    }

    @Test func aWaiterIsWoken() async {
        let signal = WakeSignal()
        async let waiting: Void = signal.wait(atMost: .seconds(3600))
        signal.set()
        await waiting
    }

    @Test func theWaitEndsByItself() async {
        let clock = ContinuousClock()
        let begin = clock.now
        await WakeSignal().wait(atMost: .milliseconds(20))
        #expect(clock.now - begin >= .milliseconds(20))
    }

    @Test func aCancelledTaskDoesNotWait() async {
        let signal = WakeSignal()
        let task = Task { await signal.wait(atMost: .seconds(3600)) }
        task.cancel()
        await task.value
    }
}
