/// Why a delivery did not arrive, as `slipway outbox` shows it. No credential is in it.
struct DeliveryFailure: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Worth trying again; after so long when the service said so.
        case transient(after: Duration?)
        /// Refused until a person changes something, such as a token.
        case needsPerson
        /// The same request will never be taken.
        case permanent
        /// The controller stops.
        case cancelled
    }

    var kind: Kind
    var message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
