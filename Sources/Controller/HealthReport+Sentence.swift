internal import Health
internal import Manifests

extension HealthReport {
    /// The report with the object it is about, unless its message names the object already.
    func sentence(about identity: ObjectIdentity) -> String {
        message.contains(identity.name) ? message : "\(identity): \(message)"
    }
}
