import Testing

@testable import Observability

@Suite struct TrimRuleTests {
    @Test func `rest after work is the time to trim, once`() {
        var rule = TrimRule()
        let due = [3, 3.1, 3.1, 3.2, 3.7, 3.8].map { rule.isDue(cpuSeconds: $0) }
        // It works; it rests; nothing new; too little for it; it works again; it rests.
        #expect(due == [false, true, false, false, false, true])
    }

    @Test func `work without an end is interrupted now and then`() {
        var rule = TrimRule()
        let due = (1...20).filter { rule.isDue(cpuSeconds: Double($0) * 4) }
        #expect(due == [5, 10, 15, 20])
    }

    @Test func `trimming can be done at any time`() async {
        let work = Task { await Allocator.trimAfterWork() }
        work.cancel()
        await work.value
    }
}
