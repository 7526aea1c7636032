package import ArgumentParser
internal import Controller

/// The command line.
package struct Slipway: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Merge to deploy, one command to roll back: a GitOps controller for Kubernetes.",
        discussion: """
            First steps:  slipway run --config slipway.yaml
                          slipway status --watch
            At 3 a.m.:    slipway status
                          slipway rollback production
                          slipway audit --environment production

            Exit codes:   0 done, 1 error, 2 usage, 3 changes or drift found,
                          4 a gate failed or it was rolled back, 5 timed out,
                          6 denied, held or frozen.
            """,
        version: SlipwayVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Watch",
                subcommands: [StatusCommand.self, HistoryCommand.self, AuditCommand.self, DiffCommand.self, OutboxCommand.self]),
            CommandGroup(
                name: "Act",
                subcommands: [
                    ApproveCommand.self, RollbackCommand.self, RevertCommand.self, HoldCommand.self, ResumeCommand.self,
                    FreezeCommand.self, ThawCommand.self, QuarantineCommand.self, DeployCommand.self, CancelCommand.self, RetryCommand.self,
                    SkipCommand.self,
                ]),
            CommandGroup(name: "Write", subcommands: [ValidateCommand.self, RenderCommand.self, WeightsCommand.self, SchemaCommand.self]),
            CommandGroup(
                name: "Serve",
                subcommands: [RunCommand.self, InitCommand.self, TokenCommand.self, JournalCommand.self, LocalClusterCommand.self]),
        ])

    package init() {}

    /// Parses, runs and ends the process with the exit code that the outcome has.
    package static func runAndExit() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Self.exit()
        } catch let error as CommandError {
            Terminal.error(error.message)
            Self.exit(withError: ExitCode(error.exitCode.rawValue))
        } catch let error as ControllerError {
            Terminal.error(error.message)
            Self.exit(withError: ExitCode(CommandExit.error.rawValue))
        } catch {
            let code = exitCode(for: error)
            // The parser's own code of a usage error is 64; ours is 2.
            if code == .validationFailure {
                Terminal.line(to: .error, fullMessage(for: error))
                Self.exit(withError: ExitCode(CommandExit.usage.rawValue))
            }
            Self.exit(withError: error)
        }
    }
}

/// The version of this build.
package enum SlipwayVersion {
    package static let current = "0.4.0"
}
