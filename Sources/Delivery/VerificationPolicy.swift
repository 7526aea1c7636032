extension EnvironmentPolicy {
    package struct Verification: Sendable, Hashable {
        /// Paths of SmokeTest documents, from the root of the repository.
        package var smokeTests: [String] = []
        package var deadline: Duration = .seconds(120)

        package init() {}
    }
}
