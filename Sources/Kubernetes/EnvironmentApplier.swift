internal import Health
internal import Manifests

/// Brings one Environment's namespace to a set of objects, and knows what it put there.
///
/// The order of its writes makes a crash at any point harmless: what may come to exist is in the inventory before it exists, and
/// leaves it only after it is confirmed to be gone.
package struct EnvironmentApplier: Sendable {
    package let client: KubernetesClient
    package let settings: EnvironmentSettings
    let store: InventoryStore
    let preparation: ObjectPreparation
    var knownSecrets: KnownSecrets { client.knownSecrets }

    package init(client: KubernetesClient, settings: EnvironmentSettings) {
        self.client = client
        self.settings = settings
        store = InventoryStore(client: client, settings: settings)
        preparation = ObjectPreparation(client: client, settings: settings)
    }

    package init(
        client: KubernetesClient, environment: String, namespace: String, conflictPolicy: ConflictPolicy = .fail,
        createNamespace: Bool = false
    ) {
        self.init(
            client: client,
            settings: EnvironmentSettings(
                environment: environment, namespace: namespace, conflictPolicy: conflictPolicy, createNamespace: createNamespace))
    }

    /// What the Environment owns, sorted.
    package func inventory() async throws(KubernetesError) -> [Inventory.Entry] {
        try await store.load().sorted
    }

    /// Applies one object under the conflict policy.
    func applyUnderPolicy(_ object: Value, dryRun: Bool) async throws(KubernetesError) -> Value {
        var options = ApplyOptions(force: settings.conflictPolicy == .force, dryRun: dryRun)
        var attempt = 1
        while true {
            do throws(KubernetesError) {
                return try await client.apply(object, options)
            } catch {
                guard case .conflict(let conflicts) = error.code, attempt < EnvironmentLimits.conflictAttempts else { throw error }
                attempt += 1
                // Without details it is a write that came in between, and the same apply may go through now.
                if conflicts.isEmpty { continue }
                guard !options.force, settings.conflictPolicy.mayTake(conflicts) else { throw error }
                options.force = true
            }
        }
    }

    /// An object that carries another Environment's label is never ours to change.
    func refuseForeign(_ live: Value, _ id: ObjectIdentity) throws(KubernetesError) {
        guard let owner = live.labels?[SlipwayLabel.environment]?.string, owner != settings.environment else { return }
        throw KubernetesError(
            .refused,
            "\(id) belongs to Environment \(owner), as its label \(SlipwayLabel.environment) says; Environment \(settings.environment) leaves it alone",
            object: id)
    }

    var namespaceIdentity: ObjectIdentity { ObjectIdentity(group: "", kind: "Namespace", namespace: "", name: settings.namespace) }
}
