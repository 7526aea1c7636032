package import ArgumentParser
internal import Manifests
internal import YAML

/// `-o`, on every command that prints.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    case json
    case yaml
}

package struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "How to print: table, json or yaml.")
    package var output: OutputFormat = .table

    package init() {}

    /// Prints the document as it is, or as a person reads it.
    func write(_ document: Value, table: (Value) -> String) {
        switch output {
        case .table: Terminal.line(table(document))
        case .json: Terminal.line(JSON.string(document, pretty: true))
        case .yaml: Terminal.line(YAML.emit(document).trimmingTrailingNewline())
        }
    }
}

extension String {
    func trimmingTrailingNewline() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
