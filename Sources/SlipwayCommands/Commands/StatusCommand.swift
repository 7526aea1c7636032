package import ArgumentParser
internal import Console
internal import Controller
internal import Delivery
internal import Journal
internal import Manifests

package struct StatusCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Where every environment stands, and what it waits for.")

    @Argument(help: "Only this environment.")
    var environment: String?

    @Flag(name: .shortAndLong, help: "Follow live, until interrupted.")
    var watch = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        guard watch else { return output.write(try await document(), table: StatusTable.render) }
        var last = ""
        while true {
            let document = try await document()
            let text = StatusTable.render(document)
            if text != last {
                Terminal.home()
                output.write(document, table: { _ in text })
                last = text
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func document() async throws -> Value {
        var document = try await Reading(connection: connection).ask("/api/v1/status") { journal in
            try await StoredStatus.make(journal, state: connection.stateDirectory)
        }
        guard let environment else { return document }
        let all = document["environments"]?.array ?? []
        let chosen = all.filter { $0["name"]?.string == environment }
        if chosen.isEmpty {
            let known = all.compactMap { $0["name"]?.string }
            let nearest = NearestName.suggestion(for: environment, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw CommandError(.error, "there is no environment \"\(environment)\" (there is: \(known.joined(separator: ", ")))\(nearest)")
        }
        document["environments"] = .array(chosen)
        return document
    }
}

/// The status as the Journal alone tells it.
enum StoredStatus {
    static func make(_ journal: Journal, state: String) async throws -> Value {
        var views: [EnvironmentView] = []
        for name in try await journal.renderedEnvironments() {
            let releases = try await journal.releases(environment: name, limit: 20)
            views.append(
                EnvironmentView(
                    state: try await journal.environment(name) ?? EnvironmentState(name: name),
                    release: releases.first { $0.phase.isActive } ?? releases.first, health: "unknown",
                    healthMessage: "nobody looks while the controller is stopped",
                    renderedWith: try await journal.latestRenderings(environment: name, limit: 1).first?.renderedWith))
        }
        let configuration = ControllerConfiguration(repository: .init(url: ""), stateDirectory: state)
        let now = SystemClock.now()
        var document = StatusDocument.make(views, repository: nil, configuration: configuration, now: now)
        document["notifications"] = OutboxDocuments.status(try await journal.outboxSummary(), now: now)
        return document
    }
}
