package import Delivery
internal import Foundation

extension TimeZones {
    /// The time zone database of this machine.
    package static let ofThisMachine = TimeZones { name, at in
        TimeZone(identifier: name)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at.milliseconds) / 1000))
    }
}
