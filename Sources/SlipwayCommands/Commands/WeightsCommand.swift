package import ArgumentParser
internal import Controller
internal import Kustomize
internal import Manifests

package struct WeightsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "weights", abstract: "Show ranking weights, and how those of two environments differ.",
        subcommands: [WeightsShowCommand.self, WeightsDiffCommand.self])

    package init() {}
}

package struct WeightsShowCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "show", abstract: "The ranking weights of an environment, each with the file that says so.")

    @Argument(help: "An environment of the repository.")
    var environment: String

    @OptionGroup var source: RepositoryOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let environment = environment
        let weights = try await source.withFiles { files throws(ControllerError) in
            try RepositoryRenderer(files: files).weights(environment)
        }
        output.write(WeightsDocuments.show(environment, weights), table: WeightsDocuments.showTable)
    }
}

package struct WeightsDiffCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "How the ranking weights of two environments differ, in points moved.",
        discussion: "Ends with exit code 3 when they differ, and 0 when they are the same.")

    @Argument(help: "An environment of the repository.")
    var from: String

    @Argument(help: "Another one.")
    var to: String

    @OptionGroup var source: RepositoryOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let (from, to) = (from, to)
        let (left, right) = try await source.withFiles { files throws(ControllerError) in
            let renderer = RepositoryRenderer(files: files)
            return (try renderer.weights(from), try renderer.weights(to))
        }
        output.write(WeightsDocuments.diff((from, left), (to, right)), table: WeightsDocuments.diffTable)
        if RankingWeightsDocument.Component.allCases.contains(where: { left.hundredths($0) != right.hundredths($0) }) {
            throw ExitCode(CommandExit.changesFound.rawValue)
        }
    }
}
