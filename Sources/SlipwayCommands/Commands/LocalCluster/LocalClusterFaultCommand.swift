package import ArgumentParser
internal import LocalCluster
internal import Manifests

package struct LocalClusterFaultCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "fault", abstract: "Makes the running cluster's API server fail on purpose, to test its clients.",
        subcommands: [Add.self, List.self, Clear.self, Restart.self])

    package init() {}

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets a fault for the requests that match.",
            discussion: """
                delay --seconds N         answers later
                drop-before, drop-after   closes the connection, before or after the effect
                hang                      never answers
                status --status N         answers 401, 429, 500, 503, ... and does nothing
                expired                   410 for watches and continued lists
                slow-watch --seconds N    each event later
                close-watch --seconds N   watches end after so long
                """)

        @OptionGroup var place: ClusterPlace
        @Argument(help: "delay, drop-before, drop-after, hang, status, expired, slow-watch or close-watch.")
        var fault: String
        @Option(help: "For delay, slow-watch and close-watch.") var seconds: Double?
        @Option(help: "The HTTP status, 400 to 599.") var status: Int?
        @Option(help: "Seconds of the header Retry-After.") var retryAfter: Int?
        @Option(help: "get, list, watch, create, update, patch, delete or deletecollection.") var verb: String?
        @Option(help: "Plural, such as deployments or pods/log.") var resource: String?
        @Option(name: [.customShort("n"), .long]) var namespace: String?
        @Option(help: "The object's name.") var name: String?
        @Option(help: "The user, such as kubernetes-admin.") var user: String?
        @Option(help: "Of the matching requests, more than 0 and at most 1.") var fraction: Double?
        @Option(help: "Which ones, for --fraction: the same seed meets the same ones.") var seed: Int?
        @Option(help: "How many requests meet it.") var count: Int?
        @Option(help: "Seconds until it begins.") var after: Double?
        @Option(name: .customLong("for"), help: "Seconds until it ends.") var lasts: Double?

        func run() async throws {
            let document = Value.object(
                Object(
                    [
                        ("fault", .string(fault)), ("seconds", seconds.map(Value.double)), ("status", status.map { .integer(Int64($0)) }),
                        ("retryAfterSeconds", retryAfter.map { .integer(Int64($0)) }), ("verb", verb.map(Value.string)),
                        ("resource", resource.map(Value.string)), ("namespace", namespace.map(Value.string)),
                        ("name", name.map(Value.string)), ("user", user.map(Value.string)), ("fraction", fraction.map(Value.double)),
                        ("seed", seed.map { .integer(Int64($0)) }), ("count", count.map { .integer(Int64($0)) }),
                        ("afterSeconds", after.map(Value.double)), ("forSeconds", lasts.map(Value.double)),
                    ].compactMap { (key: String, value: Value?) in value.map { (key, $0) } }))
            let answer = try await ClusterConnection(place).ask("faults", method: "POST", document)
            Terminal.line("fault \(answer["id"]?.integer ?? 0) is set")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The faults in force and how many requests met them.")

        @OptionGroup var place: ClusterPlace
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await ClusterConnection(place).ask("faults")
            output.write(answer) { answer in
                var table = Table(["ID", "FAULT", "MET", "RULE"])
                for fault in answer["faults"]?.array ?? [] {
                    var rule = fault
                    for key in ["id", "fault", "used", "setAt"] { rule[key] = nil }
                    table.add([
                        String(fault["id"]?.integer ?? 0), fault["fault"]?.string ?? "", String(fault["used"]?.integer ?? 0),
                        JSON.string(rule),
                    ])
                }
                return table.render()
            }
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes one fault back, or all of them.")

        @OptionGroup var place: ClusterPlace
        @Argument(help: "Its number; all when left out.") var number: Int?

        func run() async throws {
            _ = try await ClusterConnection(place).ask(number.map { "faults/\($0)" } ?? "faults", method: "DELETE")
            Terminal.line(number.map { "fault \($0) is gone" } ?? "no fault is set")
        }
    }

    struct Restart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The API server is gone for a while and comes back on its port; watches are cut, objects and pods stay.")

        @OptionGroup var place: ClusterPlace
        @Option(help: "For how long it is gone.") var seconds = 0.0

        func run() async throws {
            _ = try await ClusterConnection(place).ask("restart", method: "POST", ["seconds": .double(seconds)])
            Terminal.line("the API server restarts")
        }
    }
}
