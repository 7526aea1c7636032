import Certificates
import HTTPTransport
import LocalCluster
import Manifests
import Observability
import TestSupport
import YAML

/// The real `nghttpx` in front of a cluster: it speaks HTTP/2 to whoever asks, as an API server does and LocalCluster does not.
final class HTTP2Front: Sendable {
    let kubeconfig: String
    private let folder: String
    private let command: [String]
    private let port: Int

    /// - Parameters:
    ///   - account: whose kubeconfig is used; one with a token, since a certificate ends at the front.
    ///   - streams: how many one connection may have. The next one needs another connection.
    init(in folder: String, of cluster: SampleCluster, account: String, streams: Int) throws {
        self.folder = folder
        try Files.makeFolder(folder)
        port = try FreePort.find()
        let now = UnixClock.system.nowMilliseconds() / 1000
        let authority = try CertificateAuthority.make(commonName: "front", at: now)
        let server = try authority.issueServer(commonName: "front", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], at: now)
        try Files.write(String(decoding: server.certificatePEM, as: UTF8.self), to: folder + "/tls.crt")
        try Files.write(String(decoding: server.privateKeyPEM, as: UTF8.self), to: folder + "/tls.key")

        let known = try Files.text(try cluster.cluster.kubeconfig(serviceAccount: account, namespace: account))
        let config = try YAML.parse(Array(known.utf8), file: "kubeconfig").first?.value ?? .null
        guard let behind = config["clusters"]?[0]?["cluster"], let token = config["users"]?[0]?["user", "token"]?.string,
            let backend = behind["server"]?.string?.split(separator: ":").last
        else { throw LargeFailure("not the kubeconfig of an account: \(known)") }
        kubeconfig = folder + "/kubeconfig"
        let cluster: Value = [
            "server": .string("https://127.0.0.1:\(port)"),
            "certificate-authority-data": .string(Base64.encode(authority.certificatePEM)),
        ]
        let front: Value = [
            "apiVersion": "v1", "kind": "Config", "current-context": "front", "clusters": [["name": "front", "cluster": cluster]],
            "users": [["name": "front", "user": ["token": .string(token)]]],
            "contexts": [["name": "front", "context": ["cluster": "front", "user": "front"]]],
        ]
        try Files.write(JSON.string(front), to: kubeconfig)
        command = [
            "/usr/sbin/nghttpx", "--single-process", "--conf=/dev/null", "--frontend=127.0.0.1,\(port)",
            "--backend=127.0.0.1,\(backend);;tls;proto=http/1.1",
            "--insecure", "--no-ocsp", "--frontend-http2-max-concurrent-streams=\(streams)",
            "--backend-connections-per-host=500", "--backend-read-timeout=1h", "--accesslog-file=\(folder)/access.log",
            "--accesslog-write-early", "--accesslog-format=$protocol_version $remote_port $method $path $status",
            "--errorlog-file=\(folder)/error.log", folder + "/tls.key", folder + "/tls.crt",
        ]
    }
    /// Starts it, or starts it again on the same port, and waits until it answers.
    func start() async throws -> Child {
        let child = try await Child(command, output: folder + "/nghttpx.log")
        let client = HTTPClient(tls: TLSConfiguration(insecureSkipVerify: true))
        try await eventually("the front answers", within: .seconds(30)) {
            if child.ending != nil { throw LargeFailure("nghttpx ended: \(try Files.text(folder + "/nghttpx.log"))") }
            return try await client.send(HTTPTransport.HTTPRequest(url: "https://127.0.0.1:\(port)/readyz")).isSuccess
        }
        return child
    }

    /// What was asked: `HTTP/2 PORT METHOD PATH STATUS`, a line each.
    var asked: [[String]] {
        get throws { try Files.text(folder + "/access.log").split(separator: "\n").map { $0.split(separator: " ").map(String.init) } }
    }
}
