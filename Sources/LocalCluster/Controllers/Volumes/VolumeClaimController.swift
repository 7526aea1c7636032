internal import Manifests

/// Claims get a volume when the first Pod that uses them has a node. A class need not exist: a local cluster has one kind of storage, a
/// directory of this machine, and gives it to every claim.
struct VolumeClaimController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "persistentvolume-controller"
    let watched: [ResourceType] = [.persistentVolumeClaims, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .persistentVolumeClaims { return NamespacedName(object).map { [$0] } ?? [] }
        return VolumeClaims.names(usedBy: object).map { NamespacedName(namespace: object.namespace ?? "", name: $0) }
    }

    func allKeys() -> [NamespacedName] { store.list(.persistentVolumeClaims).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        try reclaim(key)
        guard let claim = store.get(.persistentVolumeClaims, key), !claim.isBeingDeleted else { return nil }
        if claim["status", "phase"]?.string == "Bound" {
            try grow(claim)
            return nil
        }
        let className = claim["spec", "storageClassName"]?.string ?? ""
        let mode = store.get(.storageClasses, name: className)?["volumeBindingMode"]?.string ?? "WaitForFirstConsumer"
        let users = store.list(.pods, namespace: key.namespace).items.filter { VolumeClaims.names(usedBy: $0).contains(key.name) }
        let isUsed = users.contains { !($0["spec", "nodeName"]?.string ?? "").isEmpty }
        guard isUsed || mode == "Immediate" else {
            if users.isEmpty {
                await events.record(
                    .normal, "WaitForFirstConsumer", "waiting for first consumer to be created before binding", about: claim, by: name)
            }
            return nil
        }
        let volume = try volume(for: claim)
        let bound = try bind(claim, volume)
        try store.replaceStatus(.persistentVolumeClaims, of: bound, with: VolumeClaims.boundStatus(bound, volume))
        await events.record(
            .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(volume.name ?? "")", about: claim, by: name)
        return nil
    }

    /// The volume that was made for the claim or that it names.
    private func volume(for claim: Value) throws(APIError) -> Value {
        let wanted = claim["spec", "volumeName"]?.string ?? ""
        let name = wanted.isEmpty ? VolumeClaims.volumeName(claim) : wanted
        let volume: Value
        if let present = store.get(.persistentVolumes, name: name) {
            volume = present
        } else {
            volume = try store.create(.persistentVolumes, VolumeClaims.volume(named: name, for: claim))
        }
        return try store.replaceStatus(.persistentVolumes, of: volume, with: ["phase": "Bound"])
    }

    private func bind(_ claim: Value, _ volume: Value) throws(APIError) -> Value {
        var bound = claim
        bound["spec", "volumeName"] = volume.name.map(Value.string)
        for annotation in ["bind-completed", "bound-by-controller"] {
            bound["metadata", "annotations", "pv.kubernetes.io/\(annotation)"] = "yes"
        }
        return try store.replace(.persistentVolumeClaims, bound)
    }

    /// A directory is as large as anybody likes.
    private func grow(_ claim: Value) throws(APIError) {
        guard let wanted = claim["spec", "resources", "requests", "storage"], claim["status", "capacity", "storage"] != wanted,
            let volume = store.get(.persistentVolumes, name: claim["spec", "volumeName"]?.string ?? "")
        else { return }
        var larger = volume
        larger["spec", "capacity", "storage"] = wanted
        let stored = try store.replace(.persistentVolumes, larger)
        try store.replaceStatus(.persistentVolumeClaims, of: claim, with: VolumeClaims.boundStatus(claim, stored))
    }

    /// Volumes whose claim is gone: deleted when they were made for it, else `Released`.
    private func reclaim(_ key: NamespacedName) throws(APIError) {
        let current = store.get(.persistentVolumeClaims, key)?.uid
        for volume in store.list(.persistentVolumes).items {
            let claim = volume["spec", "claimRef"]
            guard claim?["namespace"]?.string == key.namespace, claim?["name"]?.string == key.name, let uid = claim?["uid"]?.string,
                uid != current
            else { continue }
            if volume["spec", "persistentVolumeReclaimPolicy"]?.string == "Delete" {
                try store.remove(.persistentVolumes, volume)
            } else {
                try store.replaceStatus(.persistentVolumes, of: volume, with: ["phase": "Released"])
            }
        }
    }
}
