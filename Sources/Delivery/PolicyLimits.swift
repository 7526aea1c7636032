/// What `environment.yaml` and smoke tests may ask for, and why not more. The decoder refuses by them, the published schema states them.
package enum PolicyLimits {
    /// A phase that takes under a second cannot be told from one that never ran; one over a day is not watched by anybody.
    package static let deadline: ClosedRange<Duration> = .seconds(1)...(.seconds(24 * 3600))
    /// A longer soak than a month is a change window, not a soak.
    package static let soak: ClosedRange<Duration> = .zero...(.seconds(30 * 24 * 3600))
    package static let watch: ClosedRange<Duration> = .zero...(.seconds(7 * 24 * 3600))
    /// Faster only loads the API server; slower than a day is no healing.
    package static let healEvery: ClosedRange<Duration> = .seconds(1)...(.seconds(24 * 3600))
    /// Written by hand, for the few fields that another controller has.
    static let ignoredKinds = 50
    static let ignoredFields = 50
    package static let approvals = 1...20
    static let approvalRules = 10
    /// A yes that is older than a month is to another world.
    package static let approvalLife: ClosedRange<Duration> = .seconds(60)...(.seconds(30 * 24 * 3600))
    /// Windows, or freezes, of one Environment.
    static let calendarEntries = 50
    static let timeZonePattern = "^[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+)*$"
    package static let pruneObjects = 0...10_000
    package static let percent = 0...100
    /// A controller that needs longer than an hour to clean up needs a person.
    package static let pruneTimeout: ClosedRange<Duration> = .zero...(.seconds(3600))
    package static let restarts = 1...100
    /// More are no rollout that anybody follows.
    package static let rolloutSteps = 20
    /// A step that stays for longer than a day is an Environment of its own.
    package static let stepPause: ClosedRange<Duration> = .zero...(.seconds(24 * 3600))
    /// The name of a Service has at most 63, and `-canary` comes behind it.
    package static let steppedNameBytes = 56
    package static let smokeTestFiles = 50
    package static let fieldManagers = 20

    /// Variables that the policy itself gives; more belong into a ConfigMap.
    package static let variables = 500
    package static let variableSources = 20

    // Charts.
    package static let chartValues = 20
    package static let apiVersions = 100
    /// Helm's own bound.
    package static let releaseNameBytes = 53

    // Smoke tests.
    package static let steps = 100
    package static let attempts = 1...100
    package static let retryDelay: ClosedRange<Duration> = .zero...(.seconds(300))
    package static let status = 100...599
    package static let port = 1...65_535
    package static let latencyMilliseconds = 1...600_000
    package static let assertions = 100
    package static let headers = 50
    /// Of a request: a smoke test is a question, not a load test.
    package static let bodyBytes = 1024 * 1024

    /// A DNS label of RFC 1123, as Kubernetes asks of namespaces, and of names that become labels.
    static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// The same as a regular expression, for the schema.
    static let labelPattern = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
    static let labelText = "at most 63 lower-case letters, digits and \"-\", beginning and ending with a letter or digit"

    /// What may stand between `${` and `}`.
    static func isVariableName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) && byte < 0x80 || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        }
    }

    static let variableNamePattern = "^[A-Za-z_][A-Za-z0-9_]*$"

    /// `1.30`, `v1.30.2`, `1.30.2-gke.1`. It becomes an argument of Helm.
    static func isKubeVersion(_ text: String) -> Bool { text.utf8.count <= 64 && text.wholeMatch(of: kubeVersion) != nil }

    static let kubeVersionPattern = #"^v?[0-9]+\.[0-9]+(\.[0-9]+)?([-+][0-9A-Za-z.+-]+)?$"#

    private static var kubeVersion: Regex<Substring> { /v?[0-9]+\.[0-9]+(?:\.[0-9]+)?(?:[-+][0-9A-Za-z.+-]+)?/ }

    /// `group/version` or `group/version/Kind`.
    static func isAPIVersion(_ text: String) -> Bool { text.utf8.count <= 253 && text.wholeMatch(of: apiVersion) != nil }

    static let apiVersionPattern = "^[A-Za-z0-9][A-Za-z0-9./-]*$"

    private static var apiVersion: Regex<Substring> { /[A-Za-z0-9][A-Za-z0-9.\/-]*/ }

    /// A file below the root of the repository.
    static func isRelativePath(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 1024, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C }) else {
            return false
        }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    static let relativePathPattern = #"^(?!\.{1,2}(/|$))[^/\\]+(/(?!\.{1,2}(/|$))[^/\\]+)*$"#
}
