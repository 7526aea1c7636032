internal import Delivery

/// What is kept in the cluster as it is meant to be.
enum KeptObjects {
    case bundle(String)
    /// The version before, and what stands beside it while a step is watched.
    case step(RolloutStep, words: String)

    var words: String {
        switch self {
        case .bundle(let digest): "bundle \(digest.prefix(12))"
        case .step(_, let words): words
        }
    }
}
