internal import Manifests

/// The inventory's ConfigMap. Every write names the version that it replaces, so that two writers never lose an entry of each other.
struct InventoryStore: Sendable {
    static let format = "1"

    let client: KubernetesClient
    let settings: EnvironmentSettings

    var id: ObjectIdentity {
        ObjectIdentity(group: "", kind: "ConfigMap", namespace: settings.namespace, name: Inventory.name(settings.environment))
    }

    func load() async throws(KubernetesError) -> Inventory {
        try await read().inventory
    }

    /// Throws when it is another controller's.
    func loadOwn() async throws(KubernetesError) -> Inventory {
        let (inventory, live) = try await read()
        if let live { try await claim.require(on: live, id: id, client: client) }
        return inventory
    }

    /// Changes the inventory; writes nothing when the change is none and it says already who leads.
    ///
    /// - Throws: `refused` when it is another controller's, `notLeading` when a later term wrote it.
    @discardableResult
    func update(_ change: @Sendable (inout Inventory) -> Void) async throws(KubernetesError) -> Inventory {
        var attempt = 1
        while true {
            let (old, live) = try await read()
            var next = claim
            if let live {
                try await next.require(on: live, id: id, client: client)
                next = next.over(InventoryClaim(live))
            }
            var new = old
            change(&new)
            if new == old {
                guard let live else { return new }
                if InventoryClaim(live) == next, !InventoryClaim.isOffered(live) { return new }
            }
            let object = try render(new, claim: next, replacing: live)
            do throws(KubernetesError) {
                _ = live == nil ? try await client.create(object) : try await client.replace(object)
                return new
            } catch {
                // Somebody else wrote in between: what is to change is worked out again from what is there now.
                guard attempt < EnvironmentLimits.inventoryAttempts, error.code == .alreadyExists || error.code == .conflict([]) else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    private var claim: InventoryClaim {
        InventoryClaim(
            controller: settings.controller, term: client.sender.fence?.term(at: client.sender.environment.now()),
            release: settings.release)
    }

    private func read() async throws(KubernetesError) -> (inventory: Inventory, live: Value?) {
        guard let live = try await client.get(id) else { return (Inventory(), nil) }
        let format = live["data"]?["format"]?.string ?? Self.format
        guard format == Self.format else {
            throw KubernetesError(
                .unexpectedAnswer,
                "\(id) has format \(format), this version of slipway reads format \(Self.format); use the version that wrote it",
                object: id)
        }
        return (try Inventory(text: live["data"]?["objects"]?.string ?? "", source: id.description), live)
    }

    private func render(_ inventory: Inventory, claim: InventoryClaim, replacing live: Value?) throws(KubernetesError) -> Value {
        let text = inventory.text
        guard text.utf8.count <= EnvironmentLimits.inventoryBytes else {
            throw KubernetesError(
                .tooLarge,
                "the inventory of Environment \(settings.environment) has \(inventory.entries.count) objects in \(text.utf8.count) bytes, above the limit of \(EnvironmentLimits.inventoryBytes) that a ConfigMap sets; split the Environment",
                object: id)
        }
        var object = live ?? ["apiVersion": "v1", "kind": "ConfigMap"]
        object.set(["metadata", "managedFields"], to: nil)
        object.set(["metadata", "name"], to: .string(id.name))
        object.set(["metadata", "namespace"], to: .string(id.namespace))
        let kinds = Set(inventory.entries.keys.map { $0.group.isEmpty ? $0.kind : "\($0.kind).\($0.group)" }).sorted()
        let namespaces = Set(inventory.entries.keys.map(\.namespace)).subtracting(["", settings.namespace]).sorted()
        let labels = [
            (SlipwayLabel.managedBy, SlipwayLabel.managedByValue), (SlipwayLabel.environment, settings.environment),
            (ApplySet.parentLabel, ApplySet.identifier(environment: settings.environment, namespace: settings.namespace)),
        ]
        for (label, value) in labels { object.set(["metadata", "labels", label], to: .string(value)) }
        object.set(["metadata", "annotations", ApplySet.tooling], to: "slipway/v1")
        object.set(["metadata", "annotations", ApplySet.kinds], to: .string(kinds.joined(separator: ",")))
        object.set(["metadata", "annotations", ApplySet.namespaces], to: .string(namespaces.joined(separator: ",")))
        if object.annotations?[SlipwayLabel.adopt] != nil { object.set(["metadata", "annotations", SlipwayLabel.adopt], to: nil) }
        object["data"] = ["format": .string(Self.format), "objects": .string(text)]
        claim.write(into: &object)
        return object
    }
}
