internal import Certificates
internal import Controller
internal import Delivery
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The certificate that the API shows, read again when its files change: one that is renewed costs no restart.
final class ServerCertificate: Sendable {
    private struct Loaded {
        /// What it was read from. A link that is turned to other files, as a Secret's volume does, shows in the bytes.
        var bytes: [[UInt8]]
        var shown: NIOSSLContextConfigurationOverride
        /// Seconds since 1970.
        var notAfter: Int64
    }

    private let files: ControllerConfiguration.ListenTLS
    private let loaded: Mutex<Loaded>
    private let configuration: TLSConfiguration
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Throws: `configuration` with the file that cannot be used, and why.
    init(_ files: ControllerConfiguration.ListenTLS, now: @escaping @Sendable () -> Int64) throws(ControllerError) {
        let (first, configuration) = try Self.load(files, at: now())
        self.files = files
        self.now = now
        self.configuration = configuration
        loaded = Mutex(first)
    }

    /// For the entrance. Each handshake asks for the certificate of that moment.
    var server: TLSConfiguration {
        var configuration = configuration
        configuration.sslContextCallback = { [self] _, promise in promise.succeed(loaded.withLock(\.shown)) }
        return configuration
    }

    /// When the one that is shown expires, in seconds since 1970.
    var notAfter: Int64 { loaded.withLock(\.notAfter) }

    /// Looks after the files until the task is cancelled. While they cannot be used, the old certificate stays.
    func watch(_ logger: Logger) async {
        var problem = ""
        while true {
            do { try await Task.sleep(for: ConsoleLimits.certificatePoll) } catch { return }
            do throws(ControllerError) {
                if try reload() {
                    logger.notice("the certificate of the API was read again", metadata: ["file": "\(files.certificateFile)"])
                }
                problem = ""
            } catch {
                if problem != error.message {
                    logger.error("the certificate of the API that was read before stays in use", metadata: ["error": "\(error.message)"])
                }
                problem = error.message
            }
        }
    }

    /// - Returns: whether it is another one now.
    func reload() throws(ControllerError) -> Bool {
        let bytes = try Self.read(files)
        guard bytes != loaded.withLock(\.bytes) else { return false }
        let (next, _) = try Self.load(files, at: now())
        loaded.withLock { $0 = next }
        return true
    }

    private static func load(
        _ files: ControllerConfiguration.ListenTLS, at now: Int64
    ) throws(ControllerError) -> (Loaded, TLSConfiguration) {
        let bytes = try read(files)
        let notAfter = try check(bytes[0], bytes[1], files, at: now)
        var shown = NIOSSLContextConfigurationOverride()
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(bytes[0]).map { NIOSSLCertificateSource.certificate($0) }
            let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(bytes: bytes[1], format: .pem))
            shown.certificateChain = chain
            shown.privateKey = key
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            _ = try NIOSSLContext(configuration: configuration)
            return (Loaded(bytes: bytes, shown: shown, notAfter: notAfter), configuration)
        } catch {
            throw problem("certificateFile", files.certificateFile, "and \(files.keyFile) cannot be used together: \(error)")
        }
    }

    /// - Returns: when it expires.
    private static func check(
        _ certificate: [UInt8], _ key: [UInt8], _ files: ControllerConfiguration.ListenTLS, at now: Int64
    ) throws(ControllerError) -> Int64 {
        let found: Certificate?
        do throws(CertificateError) {
            found = try Certificate.parse(pem: certificate).first
        } catch {
            throw problem("certificateFile", files.certificateFile, "has no certificate that can be read: \(error)")
        }
        guard let leaf = found else { throw problem("certificateFile", files.certificateFile, "has no certificate in PEM") }
        let matches: Bool
        do throws(CertificateError) {
            matches = try leaf.matches(privateKeyPEM: key)
        } catch {
            throw problem("keyFile", files.keyFile, "has no private key in PEM that can be read (one with a passphrase cannot be used)")
        }
        guard matches else { throw problem("keyFile", files.keyFile, "is not the key of the certificate in \(files.certificateFile)") }
        guard leaf.notBefore <= now else {
            throw problem("certificateFile", files.certificateFile, "is not valid before \(utc(leaf.notBefore))")
        }
        guard now < leaf.notAfter else { throw problem("certificateFile", files.certificateFile, "has expired at \(utc(leaf.notAfter))") }
        return leaf.notAfter
    }

    private static func utc(_ seconds: Int64) -> String { Timestamp(milliseconds: seconds * 1000).utc }

    private static func read(_ files: ControllerConfiguration.ListenTLS) throws(ControllerError) -> [[UInt8]] {
        [try read(files.certificateFile, "certificateFile"), try read(files.keyFile, "keyFile")]
    }

    private static func read(_ path: String, _ key: String) throws(ControllerError) -> [UInt8] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw problem(key, path, "cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= ConsoleLimits.certificateBytes else {
            throw problem(key, path, "has \(data.count) bytes; at most \(ConsoleLimits.certificateBytes)")
        }
        return [UInt8](data)
    }

    private static func problem(_ key: String, _ path: String, _ what: String) -> ControllerError {
        ControllerError(.configuration, "listen.tls.\(key): \(path) \(what)")
    }
}
