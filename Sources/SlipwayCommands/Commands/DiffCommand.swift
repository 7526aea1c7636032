package import ArgumentParser
internal import Manifests

package struct DiffCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What would change in the cluster; exit code 3 when something would.",
        discussion:
            "Shows the plan of the release that waits, of the newest candidate, or the drift from what is verified. Changes nothing.",
        aliases: ["plan"])

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let plan: Value
        do {
            plan = try await connection.client().get("/api/v1/environments/\(urlEncoded(environment))/plan")
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        output.write(plan, table: Self.render)
        let changed = (plan["changes"]?.array ?? []).contains { $0["action"]?.string != "unchanged" }
        if changed { throw ExitCode(CommandExit.changesFound.rawValue) }
    }

    static func render(_ plan: Value) -> String {
        let changes = plan["changes"]?.array ?? []
        var lines = [
            "\(plan["environment"]?.string ?? ""): \(plan["subject"]?.string ?? ""), revision \(plan["revision"]?["short"]?.string ?? "") \"\(plan["revision"]?["subject"]?.string ?? "")\"",
            "plan \(plan["planHash"]?.string ?? "")", "",
        ]
        for change in changes {
            let object = change["object"]?.string ?? ""
            switch change["action"]?.string {
            case "create": lines.append(Terminal.paint("+ create    \(object)", .green))
            case "delete": lines.append(Terminal.paint("- delete    \(object)", .red))
            case "update": lines.append(Terminal.paint("~ update    \(object)", .yellow))
            case "adopt": lines.append(Terminal.paint("< adopt     \(object)", .yellow))
            case "replace": lines.append(Terminal.paint("# replace   \(object)", .red))
            case "conflict": lines.append(Terminal.paint("! conflict  \(object)", .red))
            default:
                // What stays although the plan has it otherwise says why.
                guard change["note"] != nil else { continue }
                lines.append("= stays     \(object)")
            }
            lines += (change["fields"]?.array ?? []).compactMap(\.string).map { "              \(Terminal.harmless($0))" }
            if let note = change["note"]?.string { lines.append("              \(Terminal.harmless(note))") }
        }
        let unchanged = changes.count { $0["action"]?.string == "unchanged" }
        lines.append("\(changes.count - unchanged) to change, \(unchanged) unchanged")
        return lines.joined(separator: "\n")
    }
}
