internal import Manifests

/// Asks the quotas of a namespace about a new object, under the store's lock, so that two that come together do not both get the last place.
enum QuotaAdmission {
    /// The types whose objects count against this quota.
    static func objects(of quota: Value, _ types: [ResourceType]) -> [ResourceType] {
        let names = QuotaRules.hard(quota).keys
        return types.filter { type in
            guard type.namespaced else { return false }
            if names.contains("count/\(type.qualifiedPlural)") { return true }
            switch type {
            case .pods:
                return names.contains { name in
                    ["pods", "cpu", "memory", "ephemeral-storage"].contains(name)
                        || (name.hasPrefix("requests.") && name != "requests.storage") || name.hasPrefix("limits.")
                }
            case .services: return names.contains { $0.hasPrefix("services") }
            case .persistentVolumeClaims:
                return names.contains {
                    $0 == "persistentvolumeclaims" || $0 == "requests.storage" || $0.contains(".storageclass.storage.k8s.io/")
                }
            case .configMaps, .secrets, .resourceQuotas: return names.contains(type.plural)
            default: return false
            }
        }
    }

    static func check(_ object: Value, _ key: ObjectKey, _ state: StoreState) throws(APIError) {
        guard key.type.namespaced, let quotas = state.tables[.resourceQuotas]?.objects(in: key.namespace) else { return }
        for quota in quotas {
            let types = objects(of: quota, Array(Set(state.tables.keys).union([key.type])))
            guard types.contains(key.type) else { continue }
            let present = types.map { ($0, state.tables[$0]?.objects(in: key.namespace) ?? []) }
            let used = QuotaRules.used(quota, objects: present)
            if let refusal = QuotaRules.refusal(object, key.type, quota: quota, used: used) {
                throw APIError.forbidden(key.type, key.name, refusal)
            }
        }
    }
}
