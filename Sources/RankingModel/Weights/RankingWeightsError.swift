/// Why a set of weights is not accepted, in words for the person who wrote it.
package enum RankingWeightsError: Error, Sendable, Hashable {
    case missing([RankingComponent])
    case notANumber(RankingComponent, text: String)
    case outOfRange(RankingComponent, Percent)
    case sumIsNot100(Percent)
    case unknown(name: String)
}

extension RankingWeightsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let components):
            "ranking weights are incomplete: \(components.map(\.rawValue).joined(separator: ", ")) missing; all five must be given"
        case .notANumber(let component, let text):
            "ranking weight \(component.rawValue) is not a percentage: \"\(text.prefix(40))\"; write a number from 0 to 100 with at most two decimals"
        case .outOfRange(let component, let value):
            "ranking weight \(component.rawValue) is \(value); it must be from 0 to 100"
        case .sumIsNot100(let sum):
            "ranking weights add up to \(sum); they must add up to exactly 100"
        case .unknown(let name):
            "ranking weight \"\(name.prefix(40))\" is not known; the weights are \(RankingComponent.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }
}
