/// A value that answers whether a Release may go on. No data is not bad data, and an error of the asking is neither.
package enum GateVerdict: Sendable, Hashable {
    case pass(String)
    case fail(String)
    case noData(String)
    case error(String)

    package var reason: String {
        switch self {
        case .pass(let reason), .fail(let reason), .noData(let reason), .error(let reason): reason
        }
    }
}
