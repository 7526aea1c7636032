/// Cases of the conformance suite that do not pass, and why. `docs/conformance.md` explains the reasons.
enum KnownDifferences {
    static func of(_ category: String) -> [String: String] { all[category] ?? [:] }

    private static let all: [String: [String: String]] = [
        "kustomize-next": [
            "TestTransfomersImageInvalidNameRegexp":
                "an image name that is no pattern is an error here and in released kustomize; the unreleased one takes it as a text"
        ]
    ]
}
