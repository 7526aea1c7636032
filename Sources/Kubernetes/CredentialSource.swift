internal import HTTPTransport

/// What a request proves itself with.
struct Credential: Sendable {
    var token: String?
    var tls: TLSConfiguration
    /// Tells two credentials apart, so that of many requests that were refused together only the first has it renewed.
    var generation: Int
}

/// The credentials of the moment: files are read again when they get old, plugins run again when what they gave expires, and both when
/// the server refuses it.
actor CredentialSource {
    private let access: ClusterAccess
    private let reader: FileReader
    private let plugins: PluginCredentials
    private let maximumAge: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private var tls: TLSConfiguration
    private var token: String?
    private var filesRead: ContinuousClock.Instant?
    private var generation = 0

    init(_ access: ClusterAccess, reader: FileReader, limits: KubernetesLimits, environment: ClientEnvironment) {
        self.access = access
        self.reader = reader
        maximumAge = limits.tokenFileAge
        now = environment.now
        tls = access.tls
        plugins = PluginCredentials(limits: limits, environment: environment)
        if case .fixed(let token) = access.token { self.token = token }
    }

    /// - Parameters:
    ///   - refused: the generation that the server did not take.
    ///   - limit: how long the caller can wait for a plugin.
    func current(refused: Int? = nil, within limit: Duration) async throws(KubernetesError) -> Credential {
        let mustRenew = refused == generation
        if mustRenew { generation += 1 }
        try readFiles(isRefused: mustRenew)
        guard case .plugin(let plugin) = access.token else { return Credential(token: token, tls: tls, generation: generation) }
        let asked = generation
        let issued = try await plugins.current(plugin, generation: asked, within: limit)
        var credential = Credential(token: issued.token, tls: tls, generation: asked)
        if let certificate = issued.certificatePEM {
            credential.tls.certificatePEM = certificate
            credential.tls.privateKeyPEM = issued.privateKeyPEM
        }
        return credential
    }

    /// Whether asking again could give another credential.
    nonisolated var canRenew: Bool {
        switch access.token {
        case .file, .plugin: true
        case .none, .fixed: !access.tlsFiles.isEmpty
        }
    }

    /// What was read stays in use while a file cannot be read, until the server refuses it: as long as it is taken, nothing is wrong.
    private func readFiles(isRefused: Bool) throws(KubernetesError) {
        var tokenPath: String?
        if case .file(let path) = access.token { tokenPath = path }
        guard tokenPath != nil || !access.tlsFiles.isEmpty else { return }
        let now = now()
        if let filesRead, !isRefused, now - filesRead < maximumAge { return }
        do throws(KubernetesError) {
            var fresh = tls
            if let path = access.tlsFiles.authority { fresh.caPEM = try content("certificate-authority", path) }
            if let path = access.tlsFiles.certificate { fresh.certificatePEM = try content("client-certificate", path) }
            if let path = access.tlsFiles.key { fresh.privateKeyPEM = try content("client-key", path) }
            let text = try tokenPath.map { path throws(KubernetesError) in try Self.text(content("token file", path), path) }
            (tls, token) = (fresh, text)
        } catch {
            if filesRead == nil || isRefused { throw error }
        }
        filesRead = now
    }

    private func content(_ what: String, _ path: String) throws(KubernetesError) -> [UInt8] {
        do throws(FileReaderError) {
            if let bytes = try reader.read(path) { return bytes }
        } catch {
            throw KubernetesError(.configuration, "\(access.origin): \(what) \(path): \(error.message)")
        }
        throw KubernetesError(.configuration, "\(access.origin): \(what) \(path) does not exist any more")
    }

    private static func text(_ bytes: [UInt8], _ path: String) throws(KubernetesError) -> String {
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard !text.isEmpty else { throw KubernetesError(.configuration, "token file \(path) is empty") }
        return text
    }
}
