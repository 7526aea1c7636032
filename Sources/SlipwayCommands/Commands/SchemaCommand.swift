package import ArgumentParser
internal import Delivery
internal import Manifests

package struct SchemaCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a document of the repository, for editors and linters.")

    @Argument(help: "environment, smoke-test or ranking-weights.")
    var kind: SchemaKind

    package init() {}

    package func run() { Terminal.line(JSON.string(kind.schema, pretty: true)) }
}

package enum SchemaKind: String, ExpressibleByArgument, CaseIterable, Sendable {
    case environment
    case smokeTest = "smoke-test"
    case rankingWeights = "ranking-weights"

    var schema: Value {
        switch self {
        case .environment: PolicySchema.environment
        case .smokeTest: PolicySchema.smokeTest
        case .rankingWeights: PolicySchema.rankingWeights
        }
    }
}
