package import Controller
package import Delivery
internal import Observability

/// The real clock and dice; made here, at the edge, and passed in.
package enum SystemClock {
    package static func now() -> Timestamp { Timestamp(milliseconds: UnixClock.system.nowMilliseconds()) }

    package static let controller = ControllerClock(now: { now() }, random: { Double.random(in: 0..<1) })
}
