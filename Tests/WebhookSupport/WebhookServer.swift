internal import Certificates
internal import Hummingbird
internal import HummingbirdTLS
internal import Logging
package import Manifests
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// A webhook of a test: it answers each AdmissionReview over HTTPS as it is told, and remembers what it was asked.
package final class WebhookServer: Sendable {
    package let url: String
    /// In base64, as `caBundle` has it.
    package let authority: String
    private let questions: Questions

    private final class Questions: Sendable {
        let all = Mutex<[Value]>([])
    }

    private init(url: String, authority: String, questions: Questions) {
        self.url = url
        self.authority = authority
        self.questions = questions
    }

    /// The `request`s so far.
    package var asked: [Value] { questions.all.withLock { $0 } }

    /// - Parameter answer: the `response` to a `request`; its `uid` is filled in. With `nil` the server says that it is broken.
    package static func run(
        _ answer: @escaping @Sendable (Value) -> Value?, _ body: (WebhookServer) async throws -> Void
    ) async throws {
        let now = 1_790_000_000 as Int64
        let authority = try CertificateAuthority.make(commonName: "webhook-test", at: now)
        let server = try authority.issueServer(commonName: "hook", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], at: now)
        let questions = Questions()
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let body = Array(buffer: try await request.body.collect(upTo: 1 << 22))
            let asked = try JSON.parse(body)["request"] ?? [:]
            questions.all.withLock { $0.append(asked) }
            guard var response = answer(asked) else { return Response(status: .serviceUnavailable) }
            response["uid"] = asked["uid"]
            let review: Value = ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response]
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSON.bytes(review))))
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(server.certificatePEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: server.privateKeyPEM, format: .pem)))
        tls.applicationProtocols = ["http/1.1"]
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "webhook")
        logger.logLevel = .error
        let application = Application(
            responder: responder, server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let work = Task { try await application.run() }
        defer { work.cancel() }
        for await port in ports {
            let hook = WebhookServer(
                url: "https://127.0.0.1:\(port)/check", authority: Base64.encode(authority.certificatePEM), questions: questions)
            try await body(hook)
            return
        }
    }

    /// A configuration that sends it the creations and changes of ConfigMaps.
    package func configuration(mutating: Bool = false, extra: String = "") -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: \(mutating ? "Mutating" : "Validating")WebhookConfiguration
        metadata: {name: check}
        webhooks:
        - name: maps.check.example.com
          clientConfig: {url: "\(url)", caBundle: "\(authority)"}
          rules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE, UPDATE, DELETE]}]
          sideEffects: None
          admissionReviewVersions: [v1]
          objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}
          \(extra)
        """
    }
}
