internal import Manifests

extension EnvironmentApplier {
    /// Deletes an object whose fixed fields are to change, waits until it and all that it owns are gone, and applies it anew.
    ///
    /// The inventory has it all the while: a crash in between leaves an object that the next apply makes.
    func replace(
        _ desired: DesiredObject, live: Value, waiting: @Sendable (String) -> Void, _ apply: () async throws(KubernetesError) -> Value
    ) async throws(KubernetesError) -> Value {
        try refuseForeign(live, desired.id)
        guard let uid = live.uid else { throw .unexpected(CallSubject("read", desired.id), "has no metadata.uid") }
        _ = try await client.delete(desired.id, uid: uid, propagation: .foreground)
        let environment = client.sender.environment
        let start = environment.now()
        while let old = try await client.get(desired.id), old.uid == uid {
            let words = HeldObject(desired.id, old).words
            waiting("\(desired.id) is made anew: \(words)")
            guard environment.now() - start < EnvironmentLimits.replaceDeadline else {
                throw KubernetesError(
                    .refused, "\(desired.id) was to be made anew, and after \(EnvironmentLimits.replaceDeadline) \(words)",
                    object: desired.id, isTransient: true)
            }
            do {
                try await environment.sleep(EnvironmentLimits.pollInterval)
            } catch {
                throw .cancelled(CallSubject("replace", desired.id))
            }
        }
        return try await apply()
    }
}
