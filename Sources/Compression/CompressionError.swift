/// Why bytes cannot be compressed or expanded.
package struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Not what ``Packed/pack(_:)`` made, or damaged since.
        case malformed
        /// More than is allowed.
        case tooLarge
        /// zlib refused for a reason of its own.
        case library
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
