import HTTPTransport
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// Who may ask what of a running controller from another machine.
    @Suite struct AccessTests {
        @Test func `without a known token nothing is answered; with one only what its roles allow, and a denial is audited`() async throws {
            try await withTemporaryFolder("slipway-access") { folder in
                let token = "hook-token-0123456789"
                let repository = try await WatchedRepository(in: folder.path)
                try await repository.push(SampleEnvironment(version: nil).files.mapValues { $0 })
                // The cluster is not needed: nothing here comes so far.
                let installation = try Installation(
                    in: folder.path, repository: repository, kubeconfig: folder.file("none"),
                    access: """
                        access:
                          tokens: [{name: hook, sha256: \(SHA256.hex(Array(token.utf8)))}]
                          grants: [{identity: token:hook, roles: [notifier]}]

                        """)
                let controller = try await installation.start()
                try await installation.until("the environment is known", in: "only") { $0["release"] != nil }
                let rollback = "/api/v1/environments/only/rollback"

                for (method, path) in [("GET", "/api/v1/status"), ("GET", "/api/v1/audit"), ("POST", "/api/v1/notify"), ("POST", rollback)]
                {
                    let body: Value? = method == "POST" ? ["reason": "x"] : nil
                    for stranger in [nil, "unknown", token + "x", String(token.dropLast())] {
                        let answer = try await installation.remotely(method, path, token: stranger, body: body)
                        #expect(answer.status == 401, "\(method) \(path) with \(stranger ?? "no token")")
                    }
                }
                #expect(try await installation.remotely("GET", "/healthz").status == 200)
                // The address of health and metrics has nothing else, whoever asks.
                for path in ["/healthz", "/readyz", "/metrics"] {
                    #expect(try await installation.remotely("GET", path, on: "metrics-address").status == 200)
                }
                for (method, path) in [("GET", "/api/v1/status"), ("POST", "/api/v1/notify"), ("POST", rollback)] {
                    let answer = try await installation.remotely(method, path, token: token, body: ["reason": "x"], on: "metrics-address")
                    #expect(answer.status == 404, "\(method) \(path)")
                }
                #expect(try await denials(installation).isEmpty)

                #expect(try await installation.remotely("POST", "/api/v1/notify", token: token).status == 202)
                for verb in ["rollback", "deploy", "hold", "resume", "cancel"] {
                    let answer = try await installation.remotely(
                        "POST", "/api/v1/environments/only/\(verb)", token: token, body: ["reason": "x"])
                    #expect(answer.status == 403, "\(verb)")
                    #expect(answer.text.contains("hook may not \(verb) in only: it needs one of the roles"))
                }
                #expect(
                    try await denials(installation) == [
                        "hook token rollback", "hook token deploy", "hook token hold", "hook token resume", "hook token cancel",
                    ])
                #expect(try await installation.environment("only")["hold"] == nil)
                #expect(try await installation.slipway("audit", "verify").ending == .exited(0))
                #expect(try !Files.text(installation.log).contains(token))

                // The record goes out the same way from a controller and from the journal of one that is down.
                let asked = ["audit", "export", "--action", "access", "--who", "hook", "--since", "1h"]
                let live = try await lines(installation, asked)
                #expect(live.count == 5 && live.allSatisfy { $0["hash"]?.string?.count == 64 })
                #expect(try await lines(installation, asked + ["--after", "\(live[2]["sequence"]?.integer ?? 0)"]) == Array(live[3...]))
                #expect(try await installation.slipway("journal", "check").ending == .exited(0))
                #expect(try await installation.slipway("journal", "backup", folder.file("backup")).ending == .exited(0))
                #expect(try await installation.slipway("journal", "rotate-keys").ending == .exited(1))
                #expect(try await installation.slipway("journal", "restore", folder.file("backup")).ending == .exited(1))
                try await controller.crash()
                #expect(try await lines(installation, asked) == live)
                #expect(try await installation.slipway("journal", "restore", folder.file("backup")).ending == .exited(0))
                #expect(try await installation.slipway("journal", "rotate-keys").ending == .exited(0))
                #expect(try await installation.slipway("journal", "check").ending == .exited(0))
                #expect(try await lines(installation, asked) == live)
                let again = try await installation.start()
                try await installation.until("the environment is known", in: "only") { $0["release"] != nil }
                #expect(try await installation.slipway("audit", "verify").ending == .exited(0))
                try await again.crash()
            }
        }

        /// What a command prints that is JSON; else it tells where it read.
        private func lines(_ installation: Installation, _ arguments: [String]) async throws -> [Value] {
            let text = try await outcome([Built.slipway] + arguments + ["--state", installation.state]).text
            return try text.split(separator: "\n").filter { $0.hasPrefix("{") }.map { try JSON.parse(Array($0.utf8)) }
        }

        private func denials(_ installation: Installation) async throws -> [String] {
            let entries = try await installation.get("/api/v1/audit?limit=1000")["entries"]?.array ?? []
            return entries.filter { $0["action"]?.string == "access.denied" }.map { entry in
                "\(entry["actor"]?.string ?? "") \(entry["source"]?.string ?? "") \(entry["reason"]?.string ?? "")"
            }
        }
    }
}
