/// The bounds of this room, with their reasons.
package enum HelmLimits {
    /// Files of one chart with its values. The largest public charts, with all their subcharts, have some two thousand.
    static let files = 5_000
    /// Bytes of one file, and of all together. Helm itself refuses files over 5 MiB.
    static let fileBytes = 8 << 20
    static let totalBytes = 32 << 20
    /// Folders from the chart's own down to a file.
    static let depth = 32
    /// What may come out of a chart: ten times what the largest give, with their CRDs.
    static let outputBytes = 64 << 20
    /// Of one run. Large charts take two seconds.
    static let deadline: Duration = .seconds(20)
    static let versionDeadline: Duration = .seconds(10)
    static let versionBytes = 4096
    /// Characters of Helm's own message that are repeated.
    static let messageCharacters = 2_000
}
