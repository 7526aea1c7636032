extension KubernetesError {
    /// Whether nothing can be done at the cluster at present, whatever is asked of it: the time that it lasts is not the Release's, and a way back
    /// would fare no better. Credentials that are refused or cannot be read are renewed by others (the kubelet, a plugin, a person).
    package var isOutage: Bool {
        switch code {
        case .unreachable, .timedOut, .notLeading, .unauthorized, .configuration, .tooManyRequests: true
        case .serverError(let status): status > 500
        case .notFound, .alreadyExists, .conflict, .forbidden, .invalid, .badRequest, .cancelled, .unknownKind, .gone, .tooLarge, .refused,
            .unexpectedAnswer:
            false
        }
    }
}
