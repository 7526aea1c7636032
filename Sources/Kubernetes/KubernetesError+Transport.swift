internal import HTTPTransport

extension KubernetesError {
    /// No answer came, or it broke off.
    init(_ error: HTTPError, _ subject: CallSubject) {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .tooLarge: .tooLarge
            case .connectionFailed, .resolve, .tls, .unavailable: .unreachable
            case .invalidURL: .configuration
            case .protocolError: .unreachable
            }
        self.init(
            code, "cannot \(subject.verb) \(subject.what): \(error.message)", object: subject.object, isTransient: error.isTransient)
    }

    static func unexpected(_ subject: CallSubject, _ words: String) -> KubernetesError {
        KubernetesError(
            .unexpectedAnswer, "cannot \(subject.verb) \(subject.what): the API server's answer \(words)", object: subject.object)
    }

    static func cancelled(_ subject: CallSubject) -> KubernetesError {
        KubernetesError(.cancelled, "cannot \(subject.verb) \(subject.what): cancelled", object: subject.object)
    }
}
