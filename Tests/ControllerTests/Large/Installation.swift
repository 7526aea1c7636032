import HTTPTransport
import Manifests
import TestSupport

/// One controller's folder: its configuration, its state, its log; and how to talk to it while it runs.
struct Installation: Sendable {
    let folder: String
    var state: String { folder + "/state" }
    var log: String { folder + "/controller.log" }
    private static let http = HTTPClient()

    /// - Parameters:
    ///   - lease: what stands after `lease:` of the cluster, if anything.
    ///   - access: the lines below `access:`, if any.
    ///   - commits: what stands after `commits:` of the repository, if anything.
    init(
        in folder: String, repository: WatchedRepository, kubeconfig: String, lease: String? = nil, access: String = "",
        commits: String? = nil
    ) throws {
        self.folder = folder
        let configuration = """
            apiVersion: slipway.dev/v1
            kind: ControllerConfiguration
            stateDirectory: state
            repository:
              url: \(repository.url)
              pollInterval: 2s
            \(commits.map { "  commits: \($0)" } ?? "")
            listen:
              address: 127.0.0.1:0
              metrics: 127.0.0.1:0
            clusters:
              default:
                kubeconfig: \(kubeconfig)
            \(lease.map { "    lease: \($0)" } ?? "")

            """
        try Files.write(configuration + access, to: folder + "/slipway.yaml")
    }

    /// - Parameter crashAt: the journal write at which it kills itself, such as `before:3`.
    func start(crashAt: String? = nil) async throws -> Child {
        // What an earlier process listened at may be somebody else's by now.
        for file in ["address", "metrics-address"] where Files.exists("\(state)/\(file)") { try Files.remove("\(state)/\(file)") }
        return try await Child(
            [Built.slipway, "run", "--config", folder + "/slipway.yaml", "--log-format", "json"],
            environment: crashAt.map { ["SLIPWAY_CRASH_AT": $0] } ?? [:], output: log)
    }

    /// Runs a command of the command line against it.
    func slipway(_ arguments: String...) async throws -> (ending: Child.Ending, text: String) {
        try await outcome([Built.slipway] + arguments + ["--state", state])
    }

    // MARK: The API, over the socket

    func get(_ path: String) async throws -> Value {
        let answer = try await send(HTTPRequest(url: "http://slipway" + path))
        guard answer.isSuccess else { throw LargeFailure("GET \(path): \(answer.status) \(answer.text)") }
        return try JSON.parse(answer.body)
    }

    @discardableResult
    func post(_ path: String, _ body: Value = [:]) async throws -> Value {
        let answer = try await send(
            HTTPRequest(
                method: "POST", url: "http://slipway" + path, headers: ["Content-Type": "application/json"], body: JSON.bytes(body)))
        guard answer.isSuccess else { throw LargeFailure("POST \(path): \(answer.status) \(answer.text)") }
        return try JSON.parse(answer.body)
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.unixSocketPath = state + "/slipway.sock"
        return try await Self.http.send(request)
    }

    /// A request to the listening address, as from another machine.
    ///
    /// - Parameter file: which address.
    func remotely(
        _ method: String, _ path: String, token: String? = nil, body: Value? = nil, on file: String = "address"
    ) async throws -> HTTPResponse {
        let address = try await eventually("the address is written") {
            Files.exists("\(state)/\(file)") ? try Files.text("\(state)/\(file)").split(separator: "\n").first.map(String.init) : nil
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        let base = address.hasPrefix("http") ? address : "http://\(address)"
        return try await Self.http.send(HTTPRequest(method: method, url: base + path, headers: headers, body: body.map { JSON.bytes($0) }))
    }

    // MARK: Looking

    /// Requests to the cluster's API server since the start, without those that stay open.
    func clusterCalls() async throws -> Double {
        let lines = try await remotely("GET", "/metrics").text.split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("slipway_cluster_requests_total{") && !$0.contains(#"method="WATCH""#) }
        return counts.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// What `slipway status -o json` says of one Environment.
    func environment(_ name: String) async throws -> Value {
        guard let found = try await environments()[name] else { throw LargeFailure("status has no environment \(name)") }
        return found
    }

    /// The same of all of them, by name.
    func environments() async throws -> [String: Value] {
        let all = try await get("/api/v1/status")["environments"]?.array ?? []
        return all.reduce(into: [:]) { $0[$1["name"]?.string ?? ""] = $1 }
    }

    /// Whether a person has said yes to a Release, as the record has it: what it waits for is looked at again only a moment later.
    ///
    /// - Parameter person: `nil`: anybody.
    func isApproved(_ release: Value, by person: String? = nil) async throws -> Bool {
        let path = "/api/v1/audit?limit=20&environment=\(release["environment"]?.string ?? "")"
        return (try await get(path)["entries"]?.array ?? []).contains { entry in
            entry["action"]?.string == "approval.given" && entry["release"] == release["id"]
                && person.map { entry["actor"]?.string == $0 } ?? true
        }
    }

    /// Waits until an Environment's status is as `condition` wants it. It fails with the last status and the end of the log.
    ///
    /// - Parameter meanwhile: called at each look that finds it otherwise, with what all Environments are like.
    @discardableResult
    func until(
        _ what: String, in name: String, within limit: Duration = .seconds(30), _ condition: (Value) -> Bool,
        meanwhile: ([String: Value]) async throws -> Void = { _ in }
    ) async throws -> Value {
        var last: Value = .null
        do {
            return try await eventually(what, within: limit) {
                let all = try await environments()
                guard let found = all[name] else { throw LargeFailure("status has no environment \(name)") }
                last = found
                if condition(found) { return found }
                try await meanwhile(all)
                return nil
            }
        } catch let error as NotInTime {
            throw LargeFailure("\(error)\nlast status: \(JSON.string(last))\n\(logEnd())")
        }
    }

    /// The end of what the controller wrote, for the message of a failed test.
    func logEnd(lines: Int = 15) -> String {
        do {
            return try Files.text(log).split(separator: "\n").suffix(lines).joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }
}

extension Value {
    /// Of an Environment's status: whether this Revision is proven and nothing runs.
    func isVerified(_ revision: String) -> Bool {
        self["verified", "id"]?.string == revision && self["release", "phase"]?.string == "verified"
    }

    func isRolledBack(_ revision: String) -> Bool {
        self["release", "phase"]?.string == "rolledBack" && self["release", "revision", "id"]?.string == revision
    }
}
