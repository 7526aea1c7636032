internal import COpenSSL

/// Why a certificate, a key or sealed data cannot be used.
package struct CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The bytes are no PEM text, or not of the kind that was expected.
        case malformed
        case tooLarge
        /// The private key belongs to another certificate.
        case keyMismatch
        /// The chain does not lead to a trusted root, is out of date, or names another host.
        case untrusted
        /// Sealed data was changed, or was sealed under another key.
        case sealBroken
        /// A key file is missing, unreadable, or readable by others.
        case file
        /// A name or a time cannot be put into a certificate.
        case invalidName
        /// OpenSSL refused for a reason of its own.
        case library
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// An error with OpenSSL's reason. Call it in the function that made the failing call: the reasons are kept per thread.
    static func library(_ action: String, code: Code = .library) -> CertificateError {
        var reasons: [String] = []
        while case let number = ERR_get_error(), number != 0 {
            if let reason = unsafe ERR_reason_error_string(number) {
                let text = unsafe String(cString: reason)
                if !reasons.contains(text), reasons.count < 4 { reasons.append(text) }
            }
        }
        return CertificateError(code: code, message: reasons.isEmpty ? action : "\(action): \(reasons.joined(separator: ", "))")
    }
}
