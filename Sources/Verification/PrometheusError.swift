/// Why Prometheus gave no samples, in words.
package struct PrometheusError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// It does not answer, or cannot now. That says nothing about the Release.
        case unavailable
        /// It refuses the question as it stands.
        case refused
        /// The answer is more than is read.
        case tooMuch
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
