package import ArgumentParser
internal import Console
internal import Controller
internal import Foundation
internal import HTTPTransport
internal import Manifests

/// How the command line finds the controller.
package struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The controller's state directory; its socket is in it.", valueName: "directory"))
    package var state: String?

    @Option(help: ArgumentHelp("A controller elsewhere, such as https://slipway.example.com.", valueName: "url"))
    package var server: String?

    @Option(help: ArgumentHelp("A file with the bearer token for --server.", valueName: "file"))
    package var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "The only certificate authorities to trust for --server, in PEM (SLIPWAY_CA_FILE); else the system's.", valueName: "file"))
    package var caFile: String?

    package init() {}

    /// `--state`, else SLIPWAY_STATE, else the place that `slipway run` uses.
    package var stateDirectory: String {
        state ?? ProcessInfo.processInfo.environment["SLIPWAY_STATE"] ?? StatePlace.standard
    }

    func client() throws -> ControlClient {
        let environment = ProcessInfo.processInfo.environment
        guard let server = server ?? environment["SLIPWAY_SERVER"] else {
            return ControlClient(base: "http://slipway", socket: stateDirectory + "/slipway.sock", token: nil)
        }
        guard let file = tokenFile ?? environment["SLIPWAY_TOKEN_FILE"] else {
            throw CommandError(.usage, "--server needs --token-file (or SLIPWAY_TOKEN_FILE)")
        }
        guard let token = FileManager.default.contents(atPath: file) else { throw CommandError(.error, "\(file): cannot be read") }
        var authorities: [UInt8]?
        if let file = caFile ?? environment["SLIPWAY_CA_FILE"] {
            guard let data = FileManager.default.contents(atPath: file) else { throw CommandError(.error, "\(file): cannot be read") }
            authorities = [UInt8](data)
        }
        return ControlClient(
            base: server, socket: nil, token: String(decoding: token, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines),
            caPEM: authorities)
    }
}

/// Where a controller keeps its state unless it is told.
package enum StatePlace {
    package static var standard: String {
        if getuid() == 0 { return "/var/lib/slipway" }
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.local/state"
        return base + "/slipway"
    }
}
