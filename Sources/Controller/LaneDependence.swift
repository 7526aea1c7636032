internal import Delivery

/// Whose stored state decides what is due in an Environment, besides its own. Pure.
enum LaneDependence: Sendable, Hashable {
    /// Its policy has not been read yet.
    case unknown
    case nothing
    /// What it promotes from.
    case environment(String)
    /// It is in a group: its other members, and whatever they promote from.
    case everything

    init(_ promotion: EnvironmentPolicy.Promotion) {
        if promotion.group != nil {
            self = .everything
        } else {
            self = promotion.from.map(Self.environment) ?? .nothing
        }
    }

    func isOn(_ other: String) -> Bool {
        switch self {
        case .unknown, .everything: true
        case .nothing: false
        case .environment(let name): name == other
        }
    }
}
