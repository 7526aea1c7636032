/// What this build is. An image says its own version in `SERVICE_VERSION`, which wins.
package enum BuiltIn {
    package static let version = "1.0.0"
    package static let serviceName = "video-ranking-service"
    /// Names the data and the formulas: other answers for the same question mean another model.
    package static let modelVersion = "seeded-1"
}
