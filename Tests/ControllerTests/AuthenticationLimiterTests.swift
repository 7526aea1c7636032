import Testing

@testable import Console

@Suite struct AuthenticationLimiterTests {
    private let start = ContinuousClock.now

    @Test func afterSoManyFailuresAPeerWaitsForTheRestOfTheWindow() {
        let limiter = AuthenticationLimiter(failures: 3, window: .seconds(60), capacity: 10)
        for second in 0..<3 {
            #expect(limiter.pause(of: "a", at: start + .seconds(second)) == nil)
            limiter.failed("a", at: start + .seconds(second))
        }
        #expect(limiter.pause(of: "a", at: start + .seconds(10)) == .seconds(50))
        #expect(limiter.pause(of: "b", at: start + .seconds(10)) == nil)
        #expect(limiter.pause(of: "a", at: start + .seconds(60)) == nil)
        limiter.failed("a", at: start + .seconds(61))
        #expect(limiter.pause(of: "a", at: start + .seconds(62)) == nil, "a new window")
    }

    @Test func theTableIsBounded() {
        let limiter = AuthenticationLimiter(failures: 1, window: .seconds(60), capacity: 10)
        for number in 0..<1000 { limiter.failed("peer\(number)", at: start + .milliseconds(number)) }
        #expect(limiter.count == 10)
        #expect(limiter.pause(of: "peer999", at: start + .seconds(2)) != nil)
        #expect(limiter.pause(of: "peer0", at: start + .seconds(2)) == nil)
    }

    @Test func anIPv6NeighbourhoodIsOnePeer() {
        #expect(PeerName.network("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64")
        #expect(PeerName.network("2001:db8::6") == "2001:db8:0:0::/64")
        #expect(PeerName.network("::1") == "0:0:0:0::/64")
        #expect(PeerName.network("fe80::1%eth0") == "fe80:0:0:0::/64")
    }
}
