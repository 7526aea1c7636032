internal import Manifests

/// Lets a claim grow only where its StorageClass says that volumes can.
enum VolumeExpansion {
    /// - Throws: `Forbidden` in the words of the API server's own admission.
    static func check(_ new: Value, over old: Value, _ store: ObjectStore) throws(APIError) {
        let path = ["spec", "resources", "requests", "storage"]
        guard let wanted = new.at(path)?.string.flatMap({ ResourceQuantity($0) }),
            let before = old.at(path)?.string.flatMap({ ResourceQuantity($0) }), wanted > before
        else { return }
        let name = old["spec"]?["storageClassName"]?.string ?? ""
        if !name.isEmpty, store.get(.storageClasses, name: name)?["allowVolumeExpansion"]?.bool == true { return }
        throw APIError.forbidden(
            .persistentVolumeClaims, new.name ?? "",
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")
    }
}
