/// The bounds of verification, with their reasons.
enum VerificationLimits {
    /// A step that takes longer than this is not a smoke test.
    static let request: Duration = .seconds(15)
}
