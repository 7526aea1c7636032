/// Why a test could not be prepared.
package struct VerificationError: Error, Sendable, Hashable {
    package var message: String
    /// Whether it may be otherwise a little later.
    package var isTransient: Bool

    package init(_ message: String, isTransient: Bool = false) {
        self.message = message
        self.isTransient = isTransient
    }
}
