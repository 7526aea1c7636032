import HTTPTransport
import Manifests
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

@Suite struct CredentialPluginTests {
    static func config(_ exec: String) throws -> Kubeconfig {
        let text = """
            current-context: a
            clusters:
            - name: c
              cluster:
                server: https://fake:6443
                certificate-authority-data: Y2E=
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: nova}}]
            users: [{name: u, user: {exec: {\(exec)}}}]
            contexts: [{name: a, context: {cluster: c, user: u}}]
            """
        return try Kubeconfig(paths: ["/home/k/config"], reader: KubeconfigTests.reader(["/home/k/config": text]))
    }

    static func plugin(_ exec: String) throws -> CredentialPlugin {
        guard case .plugin(let plugin) = try config(exec).access().token else { throw Missing() }
        return plugin
    }

    struct Missing: Error {}

    @Test func allOfItIsRead() throws {
        let plugin = try Self.plugin(
            "apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, b], env: [{name: REGION, value: eu}], "
                + "interactiveMode: IfAvailable, provideClusterInfo: true, installHint: get it from nova")
        #expect(plugin.command == "/home/k/./bin/login")
        #expect(plugin.arguments == ["a", "b"])
        #expect(plugin.environment == [.init(name: "REGION", value: "eu")])
        #expect(plugin.installHint == "get it from nova")
        let request = try JSON.parse(Array(plugin.request.utf8))
        #expect(request.apiVersion == "client.authentication.k8s.io/v1")
        #expect(request.kind == "ExecCredential")
        #expect(request["spec"]?["interactive"]?.bool == false)
        #expect(request["spec"]?["cluster"]?["server"]?.string == "https://fake:6443")
        #expect(request["spec"]?["cluster"]?["certificate-authority-data"]?.string == "Y2E=")
        #expect(request["spec"]?["cluster"]?["config"]?["audience"]?.string == "nova")
        let old = try Self.plugin("apiVersion: client.authentication.k8s.io/v1beta1, command: aws")
        #expect(old.command == "aws")
        #expect(old.cluster == nil)
    }

    @Test(arguments: [
        ("command: aws", "exec.apiVersion is missing; client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1 are known"),
        ("apiVersion: client.authentication.k8s.io/v1alpha1, command: aws", "v1alpha1 was removed from Kubernetes 1.24"),
        ("apiVersion: client.authentication.k8s.io/v1, command: aws", "exec.interactiveMode is missing"),
        ("apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never", "exec.command is missing"),
        ("apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Always", "nobody is there to answer"),
        ("apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: No", "exec.interactiveMode"),
        ("apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [1]", "args is a list, a list of texts is expected"),
        ("apiVersion: client.authentication.k8s.io/v1beta1, command: aws, env: [{value: 1}]", "exec.env[0] has no name"),
    ])
    func mistakesNameFileContextAndField(exec: String, words: String) {
        let error = #expect(throws: KubernetesError.self) { try Self.config(exec).access() }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("context \"a\" of /home/k/config, user \"u\"") == true, "\(error?.message ?? "")")
    }

    // MARK: Use

    /// A client whose plugin answers by turns, and how often it ran.
    static func client(
        _ server: FakeAPIServer, now: @escaping @Sendable () -> Int64 = { 0 }, _ answers: [ProgramRunner.Outcome]
    ) throws -> (client: KubernetesClient, runs: @Sendable () -> Int) {
        let runs = CountedRuns()
        var environment = server.environment
        environment.unixSeconds = now
        environment.programs = ProgramRunner { _, _ in answers[min(runs.next(), answers.count) - 1] }
        let access = try Self.config("apiVersion: client.authentication.k8s.io/v1beta1, command: login, installHint: install login")
            .access()
        return (KubernetesClient(access: access, environment: environment), { runs.count })
    }

    final class CountedRuns: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }
        func next() -> Int {
            state.withLock {
                $0 += 1
                return $0
            }
        }
    }

    static func token(_ token: String, expires: String? = nil) -> ProgramRunner.Outcome {
        let time = expires.map { #", "expirationTimestamp": "\#($0)""# } ?? ""
        let text =
            #"{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": {"token": "\#(token)"\#(time)}}"#
        return .output(Array(text.utf8))
    }

    static let pod = Fixture.id("Pod", "web")

    @Test func manyRequestsAtOnceRunItOnce() async throws {
        let server = FakeAPIServer { _, request in request.headers["Authorization"] == "Bearer one" ? nil : .status(401) }
        let (client, runs) = try Self.client(server, [Self.token("one"), Self.token("two")])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.get(Self.pod) } }
            try await group.waitForAll()
        }
        #expect(runs() == 1)
    }

    @Test func itRunsAgainWhenWhatItGaveExpires() async throws {
        let server = FakeAPIServer()
        let time = Mutex<Int64>(0)
        let (client, runs) = try Self.client(
            server, now: { time.withLock { $0 } },
            [Self.token("one", expires: "1970-01-01T00:01:40Z"), Self.token("two", expires: "1970-01-01T01:00:00Z")])
        _ = try await client.get(Self.pod)
        time.withLock { $0 = 89 }
        _ = try await client.get(Self.pod)
        #expect(runs() == 1)
        time.withLock { $0 = 90 }  // ten seconds before the end
        _ = try await client.get(Self.pod)
        #expect(runs() == 2)
        #expect(server.requests.last?.headers["Authorization"] == "Bearer two")
    }

    @Test func aCallDoesNotWaitForItBeyondItsDeadlineNorWhenCancelled() async throws {
        let server = FakeAPIServer()
        var environment = server.environment
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        environment.programs = ProgramRunner { _, _ in
            _ = await gate.first { _ in true }
            return Self.token("late")
        }
        let access = try Self.config("apiVersion: client.authentication.k8s.io/v1beta1, command: login").access()
        var limits = KubernetesLimits()
        limits.callDeadline = .milliseconds(100)
        let client = KubernetesClient(access: access, environment: environment, limits: limits)
        let error = await #expect(throws: KubernetesError.self) { try await client.get(Self.pod) }
        #expect(error?.isTransient == true)
        #expect(error?.message.contains("login did not answer within the call's deadline") == true, "\(error?.message ?? "")")

        let patient = KubernetesClient(access: access, environment: environment)
        let call = Task { () async -> KubernetesError? in
            do throws(KubernetesError) {
                _ = try await patient.sender.send(APICall(path: "/version", subject: CallSubject("read", "the version")))
                return nil
            } catch {
                return error
            }
        }
        call.cancel()
        #expect(await call.value?.code == .cancelled)
        #expect(server.requests.isEmpty)
        // What it gave after all is there for the next one.
        open.finish()
        _ = try await patient.get(Self.pod)
        #expect(server.requests.last?.headers["Authorization"] == "Bearer late")
    }

    @Test func a401RunsItAgainOnce() async throws {
        let server = FakeAPIServer { _, request in request.headers["Authorization"] == "Bearer two" ? nil : .status(401) }
        let (client, runs) = try Self.client(server, [Self.token("one"), Self.token("two"), Self.token("three")])
        #expect(try await client.get(Self.pod) == nil)
        #expect(runs() == 2)
        let refusing = FakeAPIServer { _, _ in .status(401) }
        let (unlucky, unluckyRuns) = try Self.client(refusing, [Self.token("one")])
        let error = await #expect(throws: KubernetesError.self) { try await unlucky.get(Self.pod) }
        #expect(error?.code == .unauthorized)
        #expect(unluckyRuns() == 2)
    }

    @Test func itMayGiveAClientCertificate() async throws {
        let server = FakeAPIServer()
        let text =
            #"{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": {"clientCertificateData": "CERT", "clientKeyData": "KEY"}}"#
        let (client, _) = try Self.client(server, [.output(Array(text.utf8))])
        _ = try await client.get(Self.pod)
        #expect(server.requests.last?.tls?.certificatePEM == Array("CERT".utf8))
        #expect(server.requests.last?.tls?.privateKeyPEM == Array("KEY".utf8))
        #expect(server.requests.last?.tls?.caPEM == Array("ca".utf8))
        #expect(server.requests.last?.headers["Authorization"] == nil)
    }

    @Test(arguments: [
        (
            ProgramRunner.Outcome.notStarted(reason: "No such file or directory"),
            "cannot be started: No such file or directory. install login"
        ),
        (.failed(status: 255, errors: "session expired\ntoken=abcdef123456\n"), "ended with status 255: session expired / token=(masked)"),
        (.failed(status: 1, errors: ""), "ended with status 1 and said nothing"),
        (.timedOut(after: .seconds(20)), "did not answer within 20"),
        (.tooMuchOutput(bytes: 262_144), "wrote more than 262144 bytes"), (.output(Array("hello canary".utf8)), "did not answer with JSON"),
        (.output(Array(#"{"kind": "ExecCredential"}"#.utf8)), "answered in version \"\""),
        (
            .output(Array(#"{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1", "status": {}}"#.utf8)),
            "gave neither a token nor a client certificate"
        ),
        (
            .output(
                Array(
                    #"{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1", "status": {"clientKeyData": "x"}}"#
                        .utf8)),
            "gave a key without its certificate"
        ), (Self.token("t", expires: "soon"), "gave an expirationTimestamp that is no time"),
    ])
    func itsFailuresSayWhat(outcome: ProgramRunner.Outcome, words: String) async throws {
        let (client, _) = try Self.client(FakeAPIServer(), [outcome])
        let error = await #expect(throws: KubernetesError.self) { try await client.get(Self.pod) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("exec: the credential plugin login \(words)") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("canary") == false)
    }

    @Test func aRealProgramGetsItsEnvironmentAndIsStoppedInTime() async throws {
        try await withTemporaryFolder("slipway-plugin") { folder in
            try folder.write(
                """
                #!/bin/sh
                case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) echo "no info" >&2; exit 3;; esac
                echo "{\\"apiVersion\\": \\"client.authentication.k8s.io/v1beta1\\", \\"kind\\": \\"ExecCredential\\", \\"status\\": {\\"token\\": \\"$REGION-$1\\"}}"
                """, to: "login")
            var plugin = try Self.plugin(
                "apiVersion: client.authentication.k8s.io/v1beta1, command: /bin/sh, args: [\(folder.file("login")), x], env: [{name: REGION, value: eu}]"
            )
            let answer = await ProgramRunner.live().run(plugin, plugin.request)
            guard case .output(let bytes) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(try ExecCredential(answer: bytes, of: plugin).token == "eu-x")
            plugin.arguments = ["-c", "sleep 100"]
            var limits = KubernetesLimits()
            limits.pluginDeadline = .milliseconds(200)
            #expect(await ProgramRunner.live(limits: limits).run(plugin, "") == .timedOut(after: .milliseconds(200)))
            plugin.command = "/no/such/program"
            #expect(await ProgramRunner.live().run(plugin, "") == .notStarted(reason: "No such file or directory"))
        }
    }
}
