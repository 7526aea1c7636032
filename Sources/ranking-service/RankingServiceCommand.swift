import ArgumentParser
import RankingService

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@main
struct RankingServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ranking-service", abstract: "Ranks videos for users.", discussion: RankingProgram.help,
        version: ProcessInfo.processInfo.environment["SERVICE_VERSION"] ?? BuiltIn.version)

    func run() async throws {
        throw ExitCode(await RankingProgram.run(environment: ProcessInfo.processInfo.environment))
    }
}
