internal import Observability

/// What every answer says about who gave it.
struct ServiceIdentity: Sendable {
    let version: String
    let podName: String
    /// `normal` or `cache_only`.
    let mode: String

    init(configuration: ServiceConfiguration) {
        version = configuration.version
        podName = configuration.podName
        mode = configuration.fallbackMode == .cacheOnly ? "cache_only" : "normal"
    }

    func append(weightsVersion: String, to output: inout [UInt8]) {
        output += Array(#""version":"#.utf8)
        JSONText.append(version, to: &output)
        output += Array(#","weights_version":"#.utf8)
        JSONText.append(weightsVersion, to: &output)
        output += Array(#","served_by":"#.utf8)
        JSONText.append(podName, to: &output)
    }
}
