package import Manifests

/// One probe of a container, with its defaults filled in.
package struct ProbePlan: Sendable, Hashable {
    package enum Kind: String, Sendable { case startup = "Startup", readiness = "Readiness", liveness = "Liveness" }

    package enum Action: Sendable, Hashable {
        case http(url: HTTPTarget)
        case tcp(host: String, port: Int)
        case exec(command: [String])
        /// A probe that this node cannot make; it fails with this text.
        case impossible(String)
    }

    package struct HTTPTarget: Sendable, Hashable {
        package var isTLS: Bool
        package var host: String
        package var port: Int
        package var path: String
        package var headers: [String: String]
        package var url: String { "\(isTLS ? "https" : "http")://\(host):\(port)\(path)" }
    }

    package var kind: Kind
    package var action: Action
    package var initialDelay: Duration
    package var period: Duration
    package var timeout: Duration
    package var successThreshold: Int
    package var failureThreshold: Int
    /// Overrides the Pod's when the probe's failure ends the container.
    package var terminationGraceSeconds: Int64?

    /// `nil` when the container has no such probe.
    package init?(_ kind: Kind, of container: Value, podIP: String) {
        let field = kind.rawValue.lowercased() + "Probe"
        guard let probe = container[field], !probe.isNull else { return nil }
        self.kind = kind
        action = Self.action(probe, container, podIP)
        initialDelay = .seconds(probe["initialDelaySeconds"]?.integer ?? 0)
        period = .seconds(max(1, probe["periodSeconds"]?.integer ?? 10))
        timeout = .seconds(max(1, probe["timeoutSeconds"]?.integer ?? 1))
        successThreshold = Int(clamping: max(1, probe["successThreshold"]?.integer ?? 1))
        failureThreshold = Int(clamping: max(1, probe["failureThreshold"]?.integer ?? 3))
        terminationGraceSeconds = probe["terminationGracePeriodSeconds"]?.integer
    }

    /// Also the handlers of a lifecycle hook have this form.
    package static func action(_ handler: Value, _ container: Value, _ podIP: String) -> Action {
        if let http = handler["httpGet"] {
            guard let port = port(http["port"], container) else { return .impossible("the container has no port \(text(http["port"]))") }
            var path = http["path"]?.string ?? "/"
            if !path.hasPrefix("/") { path = "/\(path)" }
            let headers = (http["httpHeaders"]?.array ?? []).compactMap { header in
                header["name"]?.string.map { ($0, header["value"]?.string ?? "") }
            }
            return .http(
                url: HTTPTarget(
                    isTLS: http["scheme"]?.string == "HTTPS", host: http["host"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? podIP,
                    port: port, path: path, headers: Dictionary(headers, uniquingKeysWith: { $1 })))
        }
        if let tcp = handler["tcpSocket"] {
            guard let port = port(tcp["port"], container) else { return .impossible("the container has no port \(text(tcp["port"]))") }
            return .tcp(host: tcp["host"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? podIP, port: port)
        }
        if let exec = handler["exec"] { return .exec(command: (exec["command"]?.array ?? []).compactMap(\.string)) }
        if handler["grpc"] != nil { return .impossible("gRPC probes are not made by a local cluster; use httpGet, tcpSocket or exec") }
        return .impossible("the probe names no action")
    }

    private static func port(_ value: Value?, _ container: Value) -> Int? {
        let number: Int64?
        if let value = value?.integer {
            number = value
        } else if let name = value?.string {
            number =
                container["ports"]?.array?.first { $0["name"]?.string == name }?["containerPort"]?.integer ?? Int64(name)
        } else {
            number = nil
        }
        return number.flatMap { (1...65_535).contains($0) ? Int($0) : nil }
    }

    private static func text(_ value: Value?) -> String { value?.string ?? value?.integer.map { String($0) } ?? "" }
}
