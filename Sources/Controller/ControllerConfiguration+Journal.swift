internal import Journal
internal import Manifests

extension ControllerConfiguration {
    /// `journal:`
    static func retention(_ reader: StrictReader) -> RetentionPolicy {
        var policy = RetentionPolicy()
        guard let part = reader.reader("retention") else { return policy }
        policy.releases = part.integer("releases", in: Limits.retainedReleases, default: policy.releases)
        let age = part.read("age", expected: "a duration such as 90d or 12h, 3650d at most") { value in
            DurationText.parseDays(value.string ?? (value == .integer(0) ? "0" : "")).flatMap { Limits.retainedAge.contains($0) ? $0 : nil }
        }
        policy.age = age ?? policy.age
        return policy
    }
}
