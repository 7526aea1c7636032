internal import Manifests

/// What proves a Release.
extension PolicySchema {
    static func verification(_ defaults: EnvironmentPolicy.Verification) -> Value {
        closed(
            "What proves a release.",
            [
                (
                    "smokeTests",
                    list(
                        "Files of SmokeTest documents.", pattern("", PolicyLimits.relativePathPattern),
                        0...PolicyLimits.smokeTestFiles, unique: true)
                ),
                ("deadline", duration("How long all of it may take.", defaults.deadline)),
            ])
    }
}
