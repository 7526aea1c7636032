package import Manifests

/// `intstr.IntOrString`: a count, or a percentage of a total. A percentage is rounded by the caller's choice, because Kubernetes rounds
/// `maxSurge` up and `maxUnavailable` down.
package enum IntOrPercent: Sendable, Hashable {
    case count(Int64)
    case percent(Int64)

    package enum Rounding: Sendable { case up, down }

    package init?(_ value: Value?) {
        if let count = value?.integer {
            self = .count(count)
        } else if let text = value?.string, text.hasSuffix("%"), let percent = Int64(text.dropLast()) {
            self = .percent(percent)
        } else {
            return nil
        }
    }

    package func resolved(of total: Int64, rounding: Rounding) -> Int64 {
        switch self {
        case .count(let count): return count
        case .percent(let percent):
            let (product, overflow) = percent.multipliedReportingOverflow(by: total)
            if overflow || product > Int64.max - 99 { return .max / 2 }
            return rounding == .up ? (product + 99) / 100 : product / 100
        }
    }
}
