import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `slipway local-cluster` as a person uses it, with the program that was just built.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(2))) struct LocalClusterCommandTests {
    private static let program: String = {
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("slipway").path
    }()

    private struct Output {
        var status: Int32
        var output: String
        var error: String
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> Output {
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments), input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        var status: Int32 = -1
        if case .exited(let code) = result.terminationStatus { status = code }
        return Output(status: status, output: result.standardOutput, error: result.standardError)
    }

    private func cluster(_ folder: TemporaryFolder, _ arguments: String...) async throws -> Output {
        try await run(Self.program, ["local-cluster"] + arguments + ["--data", folder.file("data")])
    }

    private func kubectl(_ folder: TemporaryFolder, _ arguments: String...) async throws -> Output {
        try await run("kubectl", ["--kubeconfig", folder.file("data/kubeconfig"), "--cache-dir", folder.file("cache")] + arguments)
    }

    @Test func aLifeWithACrashInIt() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("images:\n  - name: docker.io/nova/shell:1\n    command: [/bin/sh]\n", to: "images.yaml")
            #expect(try await cluster(folder, "status").status == 1)

            let up = try await cluster(folder, "up", "--detach", "--images", folder.file("images.yaml"))
            #expect(up.status == 0, "\(up.error)")
            #expect(up.error.contains("export KUBECONFIG=\(folder.file("data"))/kubeconfig"), "\(up.error)")
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file("data/kubeconfig"))[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let made = try await kubectl(folder, "create", "configmap", "one", "--from-literal=a=1")
            #expect(made.status == 0, "\(made.error)")
            let pid = try #require(Int32(try await status(folder, "pid")))
            let address = try await status(folder, "address")

            let second = try await cluster(folder, "up", "--detach")
            #expect(second.status == 1)
            #expect(second.error.contains("runs already as process \(pid) at \(address)"), "\(second.error)")
            let images = try await cluster(folder, "images")
            #expect(images.output.contains("docker.io/nova/shell:1"), "\(images.output)")

            let fault = try await cluster(folder, "fault", "add", "status", "--status", "500", "--verb", "get", "--resource", "secrets")
            #expect(fault.output == "fault 1 is set\n", "\(fault.error)")
            #expect(try await kubectl(folder, "get", "secret", "x").error.contains("Internal error occurred"))
            #expect(try await cluster(folder, "fault", "list").output.contains("status   1"))
            #expect(try await cluster(folder, "fault", "clear").status == 0)
            let typo = try await cluster(folder, "fault", "add", "dely", "--seconds", "1")
            #expect(typo.error.contains("did you mean \"delay\""), "\(typo.error)")

            // A crash: what was answered is there again, on the same port.
            #expect(kill(pid, SIGKILL) == 0)
            try await eventually("the directory is free") { try await cluster(folder, "status").status == 1 }
            let again = try await cluster(folder, "up", "--detach")
            #expect(again.status == 0, "\(again.error)")
            #expect(try await status(folder, "address") == address)
            #expect(try await kubectl(folder, "get", "configmap", "one", "-o", "jsonpath={.data.a}").output == "1")

            let down = try await cluster(folder, "down")
            #expect(down.status == 0 && down.output.contains("stopped process"), "\(down.output) \(down.error)")
            #expect(try await cluster(folder, "down").output.hasPrefix("no cluster runs on"))
        }
    }

    private func status(_ folder: TemporaryFolder, _ key: String) async throws -> String {
        let answer = try await cluster(folder, "status", "-o", "json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any], "\(answer.error)")
        #expect(object["running"] as? Bool == true)
        return "\(object[key] ?? "")"
    }
}
