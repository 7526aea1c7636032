internal import Observability

/// The answers about the service itself.
struct HealthBody {
    let identity: ServiceIdentity
    let phase: ServiceState.Phase
    let weightsVersion: String
    let rejection: String?

    /// `healthy`, `degraded` (it works, and somebody should look), `starting` or `draining`.
    var status: String {
        switch phase {
        case .starting: "starting"
        case .draining: "draining"
        case .ready: rejection == nil ? "healthy" : "degraded"
        }
    }

    /// The four members that the operators' runbook shows come first.
    func health(unixSeconds: Int64) -> [UInt8] {
        var output = Array(#"{"status":"\#(status)","timestamp":"\#(RFC3339.string(fromUnixSeconds: unixSeconds))","#.utf8)
        output += Array(#""service":"\#(BuiltIn.serviceName)","#.utf8)
        identity.append(weightsVersion: weightsVersion, to: &output)
        output += Array(#","mode":"\#(identity.mode)""#.utf8)
        appendRejection(to: &output)
        return output
    }

    func ready() -> [UInt8] {
        let word = phase == .ready ? "ready" : phase.rawValue
        var output = Array(#"{"status":"\#(word)","weights":"\#(rejection == nil ? "current" : "rejected")","#.utf8)
        identity.append(weightsVersion: weightsVersion, to: &output)
        appendRejection(to: &output)
        return output
    }

    static let live = Array(#"{"status":"alive"}"#.utf8)

    private func appendRejection(to output: inout [UInt8]) {
        if let rejection {
            output += Array(#","weights_error":"#.utf8)
            JSONText.append(Redaction.redacted(rejection), to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
