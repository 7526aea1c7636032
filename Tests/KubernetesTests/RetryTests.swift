import Testing

@testable import Kubernetes

@Suite struct RetryTests {
    let rule = RetryRule(limits: KubernetesLimits())

    func pause(
        _ error: KubernetesError, attempt: Int = 1, retryAfter: Int64? = nil, safety: RetryRule.Safety = .idempotent, random: Double = 0
    ) -> Duration? {
        rule.pause(after: error, attempt: attempt, retryAfterSeconds: retryAfter, safety: safety, remaining: .seconds(30), random: random)
    }

    @Test func pausesGrowAndAreJittered() {
        let error = KubernetesError(.serverError(status: 500), "")
        #expect(pause(error, attempt: 1) == .milliseconds(50))
        #expect(pause(error, attempt: 1, random: 1) == .milliseconds(100))
        #expect(pause(error, attempt: 2, random: 1) == .milliseconds(200))
        #expect(pause(error, attempt: 5, random: 1) == .milliseconds(1600))
        #expect(pause(error, attempt: 6) == nil)
    }

    @Test func whatASecondTryCouldHarmIsNotTriedAgain() {
        let lost = KubernetesError(.unreachable, "")
        #expect(pause(lost, safety: .onlyWhenRefused) == nil)
        #expect(pause(lost, safety: .never) == nil)
        let busy = KubernetesError(.tooManyRequests(retryAfterSeconds: 1), "")
        #expect(pause(busy, retryAfter: 1, safety: .onlyWhenRefused) == .seconds(1))
        #expect(pause(KubernetesError(.serverError(status: 503), ""), safety: .onlyWhenRefused) == nil)
        #expect(pause(KubernetesError(.forbidden, "")) == nil)
    }

    @Test func aPauseBeyondTheDeadlineEndsTheCall() {
        let error = KubernetesError(.serverError(status: 503), "")
        #expect(rule.pause(after: error, attempt: 1, retryAfterSeconds: 10, safety: .idempotent, remaining: .seconds(5), random: 0) == nil)
    }

    @Test func theGateHalvesOnThrottlingAndGrowsBack() async {
        let gate = ConcurrencyGate(maximum: 8)
        #expect(await gate.enter())
        await gate.leave(wasThrottled: true)
        #expect(await gate.limit == 4)
        for _ in 0..<4 {
            #expect(await gate.enter())
            await gate.leave(wasThrottled: false)
        }
        #expect(await gate.limit == 5)
    }

    /// A server that is busy refuses all that is under way: that is one piece of news.
    @Test func aBurstOfRefusalsHalvesOnce() async {
        let gate = ConcurrencyGate(maximum: 16)
        for _ in 0..<16 { #expect(await gate.enter()) }
        for _ in 0..<16 { await gate.leave(wasThrottled: true) }
        #expect(await gate.limit == 8)
        for _ in 0..<8 { #expect(await gate.enter()) }
        for _ in 0..<8 { await gate.leave(wasThrottled: true) }
        #expect(await gate.limit == 4)
        for _ in 0..<10 {
            #expect(await gate.enter())
            await gate.leave(wasThrottled: true)
        }
        #expect(await gate.limit == 1)
    }

    @Test func aCancelledWaiterLeavesTheGate() async {
        let gate = ConcurrencyGate(maximum: 1)
        #expect(await gate.enter())
        let waiter = Task { await gate.enter() }
        waiter.cancel()
        #expect(await waiter.value == false)
        await gate.leave(wasThrottled: false)
        #expect(await gate.enter())
    }
}
