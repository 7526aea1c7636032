/// Who did something: an authenticated identity, or the controller itself.
package struct Actor: Sendable, Hashable {
    package enum Source: String, Sendable, CaseIterable {
        /// The controller acting by its own rules.
        case controller
        /// A process on the same machine, known by its user through the socket.
        case socket
        /// A bearer of a token.
        case token
    }

    package var name: String
    package var source: Source

    package init(name: String, source: Source) {
        self.name = name
        self.source = source
    }

    package static let controller = Actor(name: "slipway", source: .controller)
}
