internal import Manifests
package import RankingModel

/// One valid set of weights with its name.
package struct WeightsSnapshot: Sendable, Hashable {
    package let weights: RankingWeights
    /// The first twelve hexadecimal digits of the SHA-256 of the canonical text: equal weights have equal versions, in every environment
    /// and on every machine.
    package let version: String

    package init(weights: RankingWeights) {
        self.weights = weights
        version = String(SHA256.hex(Array(weights.canonicalJSON.utf8)).prefix(12))
    }
}
