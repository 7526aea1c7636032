/// What can be asked of the service.
enum Route: Sendable, Hashable {
    case health
    case live
    case ready
    case feed(user: String)
    case rank
    case unknown

    init(_ target: RequestTarget) {
        switch target.path {
        case ["api", "v1", "health"]: self = .health
        case ["health", "live"]: self = .live
        case ["health", "ready"]: self = .ready
        case ["api", "v1", "rank"]: self = .rank
        case let parts where parts.count == 4 && Array(parts[..<3]) == ["api", "v1", "feed"]: self = .feed(user: parts[3])
        default: self = .unknown
        }
    }

    /// For metrics: without the parts that a caller chooses.
    var label: String {
        switch self {
        case .health: "/api/v1/health"
        case .live: "/health/live"
        case .ready: "/health/ready"
        case .feed: "/api/v1/feed/{user}"
        case .rank: "/api/v1/rank"
        case .unknown: "unknown"
        }
    }

    /// The value of `Allow`.
    var allowedMethods: [String] {
        switch self {
        case .health, .live, .ready, .feed: ["GET", "HEAD"]
        case .rank: ["POST"]
        case .unknown: []
        }
    }
}
