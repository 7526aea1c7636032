extension EnvironmentPolicy {
    package struct Verification: Sendable, Hashable {
        /// An executable of the repository, run where the controller runs if its operator allows that.
        package struct Hook: Sendable, Hashable {
            /// From the root of the repository.
            package var path: String
            package var arguments: [String] = []
            package var timeout: Duration = .seconds(60)

            package init(path: String) { self.path = path }
        }

        /// A Kubernetes Job whose success proves the Release.
        package struct Job: Sendable, Hashable {
            /// A manifest of one Job, from the root of the repository.
            package var path: String
            /// From its making to its end.
            package var timeout: Duration = .seconds(90)

            package init(path: String) { self.path = path }
        }

        /// Paths of SmokeTest documents, from the root of the repository.
        package var smokeTests: [String] = []
        package var metrics: [MetricGate] = []
        package var hooks: [Hook] = []
        package var jobs: [Job] = []
        package var deadline: Duration = .seconds(120)

        package init() {}

        /// Files that must be in the Revision, beside the smoke tests.
        package var files: [String] { hooks.map(\.path) + jobs.map(\.path) }
    }
}
