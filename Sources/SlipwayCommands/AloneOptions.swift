internal import ArgumentParser
internal import Controller
internal import Foundation

/// For commands that also work while no controller runs.
package struct AloneOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The controller's configuration, for when none runs; that of the last controller if not given.", valueName: "file"))
    var config: String?

    package init() {}

    /// `--config`, else SLIPWAY_CONFIG.
    private var named: String? { config ?? ProcessInfo.processInfo.environment["SLIPWAY_CONFIG"] }

    /// Where the controller is looked for: a configuration that is named says so itself.
    func connection(_ given: ConnectionOptions) throws -> ConnectionOptions {
        let environment = ProcessInfo.processInfo.environment
        guard let named, given.state == nil, given.server == nil, environment["SLIPWAY_STATE"] == nil, environment["SLIPWAY_SERVER"] == nil
        else { return given }
        var connection = given
        connection.state = try ControllerConfiguration.load(path: named).stateDirectory
        return connection
    }

    /// - Returns: `nil` when nothing here tells of a controller.
    func installation(_ connection: ConnectionOptions) throws -> (configuration: ControllerConfiguration, state: StateDirectory)? {
        let found = StateDirectory(existing: connection.stateDirectory)
        if named == nil, let found, let file = found.rememberedConfiguration {
            let configuration = try ControllerConfiguration.load(path: file)
            // A copy of a state directory is not the one that the configuration means.
            let (here, there) = (Self.resolved(found.path), Self.resolved(configuration.stateDirectory))
            guard here == there else {
                throw CommandError(
                    .error, "\(file) says stateDirectory \(there), and this is \(here). Name its own configuration: --config FILE")
            }
            return (configuration, found)
        }
        // The folder of the socket need not be the state directory.
        guard let file = named ?? Self.usual else {
            guard found != nil else { return nil }
            throw CommandError(
                .error, "no controller runs, and none has said with which configuration it does. Name it to act without one: --config FILE")
        }
        let configuration = try ControllerConfiguration.load(path: file)
        return StateDirectory(existing: configuration.stateDirectory).map { (configuration, $0) }
    }

    /// Where the service's unit has it.
    private static var usual: String? {
        let path = "/etc/slipway/slipway.yaml"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }

    private static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
}
