/// What is to be rendered: a chart of the repository, and how.
package struct ChartRequest: Sendable, Hashable {
    /// What becomes of the objects that are hooks. Slipway has no moments at which Helm would run them.
    package enum Hooks: String, Sendable, Hashable, CaseIterable {
        case refuse
        /// They are objects like the others.
        case apply
        /// They are left out.
        case skip
    }

    /// A folder or a package (`.tgz`), from the root of the repository.
    package var chart: String
    package var releaseName: String
    package var namespace: String
    /// Values files from the root of the repository; a later one wins.
    package var values: [String] = []
    package var includesCRDs = true
    /// What the chart takes for the cluster's version; Helm's own idea of it otherwise.
    package var kubeVersion: String?
    /// What the chart takes for served beside Helm's own list.
    package var apiVersions: [String] = []
    package var hooks = Hooks.refuse

    package init(chart: String, releaseName: String, namespace: String) {
        self.chart = chart
        self.releaseName = releaseName
        self.namespace = namespace
    }
}
