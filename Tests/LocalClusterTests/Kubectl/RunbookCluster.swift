import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import LocalCluster

/// A cluster with the objects that two runbooks speak of, and a shell in which their lines are typed.
struct RunbookCluster {
    /// A line of a runbook, and what it has to print.
    struct Line {
        let command: String
        let expected: [String]
        var status: Int32 = 0
        /// Typed by a person: at a terminal, with this input.
        var typed: String?

        init(_ command: String, _ expected: String..., status: Int32 = 0, typed: String? = nil) {
            self.command = command
            self.expected = expected
            self.status = status
            self.typed = typed
        }

        /// Reading is tried again until what it shows has come to be.
        var isReading: Bool {
            typed == nil && ["kubectl get", "kubectl top", "kubectl logs", "kubectl describe"].contains { command.hasPrefix($0) }
        }
    }

    let kubectl: KubectlCluster
    var directory: String { kubectl.directory }

    static func run(_ objects: String, _ body: (RunbookCluster) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "runbook-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: "\(folder)/bin", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in programs {
            _ = FileManager.default.createFile(
                atPath: "\(folder)/bin/\(name)", contents: Data("#!/bin/sh\n\(text)\n".utf8), attributes: [.posixPermissions: 0o755])
        }
        let images = """
            images:
              - {name: "nova/shell:1", command: [/bin/sh]}
              - {name: "nova/tools:1", command: [/bin/sh], env: {PATH: "\(folder)/bin:/usr/bin:/bin"}}
              - name: nicolaka/netshoot:*
                command: [/bin/sh, -c, 'exec "$@"', netshoot]
                env: {PATH: "\(folder)/bin:/usr/bin:/bin"}
              - {name: "nova/video-ranking-service:1.0.0", command: ["\(rankingService)"]}
            """
        try images.write(toFile: "\(folder)/images.yaml", atomically: true, encoding: .utf8)
        try await KubectlCluster.run(runsPods: true, imagesFile: "\(folder)/images.yaml") { kubectl in
            try #require(try await kubectl.kubectl("apply", "-f", "-", input: objects).status == 0)
            try await body(RunbookCluster(kubectl: kubectl))
        }
    }

    /// Stand-ins that answer as the real programs would.
    private static let programs = [
        "psql": "echo \"psql $*\"; echo '(1 row)'",
        "aws": "echo \"2026-01-01 00:00:00 1 video.mp4 $*\"",
        "telnet": "read -r line; echo \"Connected to $1.\"",
        "redis-cli": """
        [ "$1" = ping ] && { echo PONG; exit 0; }
        while read -r line; do
            case $line in DBSIZE) echo '(integer) 3' ;; FLUSHDB) echo OK ;; exit) exit 0 ;; *) echo '(empty array)' ;; esac
        done
        """,
    ]

    /// Built beside the tests.
    static var rankingService: String {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return (folder.hasPrefix("/") ? folder : "\(FileManager.default.currentDirectoryPath)/\(folder)") + "/ranking-service"
    }

    // MARK: - Typing

    func check(_ lines: [Line], names: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for line in lines {
            var command = line.command
            for (placeholder, name) in names { command = command.replacing(placeholder, with: name) }
            var last = (status: Int32(-1), output: "")
            func isAsExpected() -> Bool { last.status == line.status && line.expected.allSatisfy { last.output.contains($0) } }
            if line.isReading {
                do {
                    try await eventually(line.command, within: .seconds(30)) {
                        last = try await type(command)
                        return isAsExpected()
                    }
                } catch {
                    // That it never came to be is said below, with what was there instead.
                }
            } else {
                last = try await type(command, at: line.typed)
            }
            #expect(
                isAsExpected(), "$ \(command)\n\(last.status): \(last.output)\n expected: \(line.expected)", sourceLocation: sourceLocation)
        }
    }

    /// What a shell prints for a line, errors too; it is killed after a minute.
    func type(_ command: String, at terminalInput: String? = nil) async throws -> (status: Int32, output: String) {
        try command.write(toFile: "\(directory)/line.sh", atomically: true, encoding: .utf8)
        let words =
            terminalInput == nil
            ? ["60", "bash", "-o", "pipefail", "\(directory)/line.sh"]
            : ["60", "script", "-qec", "bash \(directory)/line.sh", "/dev/null"]
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(words),
            environment: .inherit.updating([
                "KUBECONFIG": kubectl.cluster.kubeconfigPath, "KUBECACHEDIR": "\(directory)/cache", "TMPDIR": directory, "COLUMNS": "200",
            ]), workingDirectory: FilePath(directory), input: .string(terminalInput ?? ""), output: .string(limit: 1 << 22),
            error: .combinedWithOutput)
        var status: Int32 = -1
        if case .exited(let code) = result.terminationStatus { status = code }
        return (status, result.standardOutput.replacing("\r\n", with: "\n"))
    }
}
