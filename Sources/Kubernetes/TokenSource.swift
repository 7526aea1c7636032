/// The bearer token of the moment.
actor TokenSource {
    private let token: ClusterAccess.Token
    private let reader: FileReader
    private let maximumAge: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private var cached: (token: String, read: ContinuousClock.Instant)?

    init(_ token: ClusterAccess.Token, reader: FileReader, maximumAge: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.token = token
        self.reader = reader
        self.maximumAge = maximumAge
        self.now = now
    }

    /// - Parameter isRenewed: reads a token file even when it was read a moment ago.
    func current(isRenewed: Bool = false) throws(KubernetesError) -> String? {
        switch token {
        case .none: return nil
        case .fixed(let token): return token
        case .file(let path):
            let now = now()
            if !isRenewed, let cached, now - cached.read < maximumAge { return cached.token }
            let bytes: [UInt8]?
            do throws(FileReaderError) {
                bytes = try reader.read(path)
            } catch {
                throw KubernetesError(.configuration, "token file \(path): \(error.message)")
            }
            guard let bytes else { throw KubernetesError(.configuration, "token file \(path) does not exist any more") }
            let text = String(decoding: bytes, as: UTF8.self).trimmed
            guard !text.isEmpty else { throw KubernetesError(.configuration, "token file \(path) is empty") }
            cached = (text, now)
            return text
        }
    }

    /// Whether asking again could give another token.
    nonisolated var canRenew: Bool {
        if case .file = token { true } else { false }
    }
}
