import HTTPTransport
import Kubernetes
import Manifests
import Testing

@Suite struct KubeconfigTests {
    static func reader(_ files: [String: String]) -> FileReader {
        FileReader { path throws(FileReaderError) in files[path].map { Array($0.utf8) } }
    }

    static let simple = """
        apiVersion: v1
        kind: Config
        current-context: nova
        clusters:
        - name: c1
          cluster: {server: "https://10.0.0.1:6443/", certificate-authority-data: "Y2E=", tls-server-name: api.internal}
        users:
        - name: u1
          user: {client-certificate-data: "Y2VydA==", client-key: keys/u1.key}
        - name: u2
          user: {tokenFile: /tokens/u2}
        - name: u3
          user: {username: admin, password: canary}
        - name: u4
          user: {client-certificate-data: "Y2VydA=="}
        contexts:
        - name: nova
          context: {cluster: c1, user: u1, namespace: nova-prod}
        - name: token
          context: {cluster: c1, user: u2}
        - name: plugin
          context: {cluster: c1, user: u3}
        - name: half
          context: {cluster: c1, user: u4}
        - name: lost
          context: {cluster: c9, user: u1}
        """

    static let files = ["/home/a/.kube/config": simple, "/home/a/.kube/keys/u1.key": "KEY", "/tokens/u2": "secret-token\n"]

    @Test func currentContextWithCertificateDataAndAKeyBesideTheFile() throws {
        let config = try Kubeconfig.load(environment: ["HOME": "/home/a"], reader: Self.reader(Self.files))
        let access = try config.access()
        #expect(access.server == "https://10.0.0.1:6443")
        #expect(access.namespace == "nova-prod")
        #expect(access.tls.caPEM == Array("ca".utf8))
        #expect(access.tls.certificatePEM == Array("cert".utf8))
        #expect(access.tls.privateKeyPEM == Array("KEY".utf8))
        #expect(access.tls.serverName == "api.internal")
        #expect(access.token == .none)
        #expect(try config.access(context: "token").token == .file("/tokens/u2"))
    }

    @Test(arguments: [
        ("plugin", "context \"plugin\" of /k, user \"u3\" (/k): username: basic authentication was removed from Kubernetes 1.19"),
        ("half", "user \"u4\" (/k): client-key is missing"), ("lost", "its cluster \"c9\" is not defined; there is c1"),
        ("none", "there is no context \"none\"; it has half, lost, nova, plugin, token"),
        ("nova", "client-key /keys/u1.key does not exist"),
    ])
    func errorsNameFileContextAndField(context: String, words: String) throws {
        let config = try Kubeconfig.load(path: "/k", environment: [:], reader: Self.reader(["/k": Self.simple]))
        let error = #expect(throws: KubernetesError.self) { try config.access(context: context) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func firstFileOfTheListWins() throws {
        let second = """
            current-context: other
            clusters: [{name: c1, cluster: {server: "https://second"}}, {name: c2, cluster: {server: "https://two"}}]
            contexts: [{name: other, context: {cluster: c2}}]
            """
        let reader = Self.reader(["/a": Self.simple, "/b": second])
        let config = try Kubeconfig.load(environment: ["KUBECONFIG": "/missing:/a:/b"], reader: reader)
        #expect(config.files == ["/a", "/b"])
        #expect(config.currentContext == "nova")
        #expect(try config.access(context: "other").server == "https://two")
        #expect(try config.access(context: "other").tls == TLSConfiguration())
    }

    @Test(arguments: [
        ("- a", "it is a list, a mapping is expected"), ("clusters: {a: b}", "clusters is a mapping, a list is expected"),
        ("kind: Pod", "its kind is Pod, Config is expected"), ("a: [", "kubeconfig"), ("users: [{user: {}}]", "users[0] has no name"),
        ("users: [{name: a, user: {}}, {name: a, user: {}}]", "users[1]: \"a\" is there twice"),
        ("users: [{name: a, user: b}]", "users[0].user of \"a\" is a string, a mapping is expected"),
    ])
    func badFiles(text: String, words: String) {
        let error = #expect(throws: KubernetesError.self) { try Kubeconfig(paths: ["/k"], reader: Self.reader(["/k": text])) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("/k") == true)
    }

    @Test(arguments: [
        ("proxy-url: ftp://p", "proxy-url: scheme \"ftp\" is not supported; http, https and socks5 are"),
        ("proxy-url: p:3128", "proxy-url \"p:3128\" is no URL"),
        ("insecure-skip-tls-verify: true, certificate-authority-data: Y2E=", "cannot both be set"),
        ("certificate-authority-data: '***'", "certificate-authority-data is not base64"),
    ])
    func badClusters(fields: String, words: String) throws {
        let text = """
            current-context: a
            clusters: [{name: c, cluster: {server: "https://x", \(fields)}}]
            contexts: [{name: a, context: {cluster: c}}]
            """
        let config = try Kubeconfig(paths: ["/k"], reader: Self.reader(["/k": text]))
        let error = #expect(throws: KubernetesError.self) { try config.access() }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    static func access(cluster: String = "server: \"https://x\"", user: String) throws -> ClusterAccess {
        let text = """
            current-context: a
            clusters: [{name: c, cluster: {\(cluster)}}]
            users: [{name: u, user: {\(user)}}]
            contexts: [{name: a, context: {cluster: c, user: u}}]
            """
        return try Kubeconfig(paths: ["/d/k"], reader: reader(["/d/k": text, "/d/c.crt": "C", "/d/c.key": "K"])).access()
    }

    @Test func filesAreRememberedToBeReadAgain() throws {
        let access = try Self.access(
            cluster: "server: \"https://x\", certificate-authority: c.crt", user: "client-certificate: c.crt, client-key: /d/c.key")
        #expect(access.tlsFiles == .init(authority: "/d/c.crt", certificate: "/d/c.crt", key: "/d/c.key"))
        #expect(access.tls.certificatePEM == Array("C".utf8))
    }

    @Test func proxies() throws {
        #expect(try Self.access(user: "").proxy == .environment)
        let proxied = try Self.access(cluster: "server: \"https://x\", proxy-url: \"http://p:3128\"", user: "")
        #expect(proxied.proxy == .url("http://p:3128"))
        // The far end of the tunnel looks names up.
        let tunnel = try Self.access(cluster: "server: \"https://x\", proxy-url: \"socks5://localhost:1080\"", user: "")
        #expect(tunnel.proxy == .url("socks5h://localhost:1080"))
    }

    @Test func whatShouldNotStaySoIsSaid() throws {
        #expect(try Self.access(user: "token: t").warnings == [])
        let unchecked = try Self.access(cluster: "server: \"https://x\", insecure-skip-tls-verify: true", user: "token: t")
        #expect(unchecked.tls.insecureSkipVerify)
        #expect(unchecked.warnings.first?.contains("insecure-skip-tls-verify: the API server's certificate is not checked") == true)
        #expect(try Self.access(cluster: "server: \"http://x\"", user: "token: t").warnings.first?.contains("clear text") == true)
        #expect(try Self.access(cluster: "server: \"http://127.0.0.1:8001\"", user: "token: t").warnings == [])
    }

    @Test func actingAsSomebodyElse() async throws {
        let server = FakeAPIServer()
        var access = try Self.access(
            user: "as: jane, as-uid: u-1, as-groups: [dev, ops], as-user-extra: {example.com/team: [nova, vega], Scope: [all]}")
        access.server = "https://fake:6443"
        _ = try await server.client(access).get(Fixture.id("Pod", "web"))
        let headers = try #require(server.requests.last?.headers)
        #expect(headers["Impersonate-User"] == "jane")
        #expect(headers["Impersonate-Uid"] == "u-1")
        #expect(headers.values(of: "Impersonate-Group") == ["dev", "ops"])
        #expect(headers.values(of: "Impersonate-Extra-example.com%2Fteam") == ["nova", "vega"])
        let error = #expect(throws: KubernetesError.self) { try Self.access(user: "as-groups: [dev]") }
        #expect(error?.message.contains("user \"u\" (/d/k): as is missing") == true)
    }

    @Test(arguments: [("auth-provider: {name: gcp}", "auth-provider: auth providers were removed from Kubernetes 1.26")])
    func removedWaysSayWhatToDo(user: String, words: String) {
        let error = #expect(throws: KubernetesError.self) { try Self.access(user: user) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("a credential plugin (exec)") == true)
    }

    @Test func noFileAtAll() {
        let error = #expect(throws: KubernetesError.self) { try Kubeconfig.load(environment: ["HOME": "/h"], reader: Self.reader([:])) }
        #expect(error?.message == "no kubeconfig: none of these files exists: /h/.kube/config")
    }

    @Test func serviceAccountOfThePod() throws {
        let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        let reader = Self.reader(["\(folder)/token": "t", "\(folder)/ca.crt": "CA", "\(folder)/namespace": "slipway\n"])
        let access = try InClusterAccess.load(
            environment: ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"], reader: reader)
        #expect(access.server == "https://[fd00::1]:443")
        #expect(access.token == .file("\(folder)/token"))
        #expect(access.namespace == "slipway")
        #expect(throws: KubernetesError.self) { try InClusterAccess.load(environment: [:], reader: reader) }
    }
}
