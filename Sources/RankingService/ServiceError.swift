/// Why the service does not start, or does not go on. The description is for the operator.
package struct ServiceError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// An environment variable that cannot be used.
        case invalidConfiguration
        /// Weights that are missing, unreadable or do not add up.
        case invalidWeights
        /// The address is taken or not ours.
        case cannotListen
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// 78 is EX_CONFIG of sysexits.h: starting again will not help until somebody changes something.
    package var exitCode: Int32 {
        switch code {
        case .invalidConfiguration, .invalidWeights: 78
        case .cannotListen: 1
        }
    }
}

extension ServiceError: CustomStringConvertible {
    package var description: String { message }
}
