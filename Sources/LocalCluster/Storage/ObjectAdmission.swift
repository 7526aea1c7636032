package import Manifests

/// What every object passes on its way into the store, whoever writes it: defaults are filled in, and what the kind forbids is refused.
package protocol ObjectAdmission: Sendable {
    func admit(created object: inout Value, _ type: ResourceType) throws(APIError)
    func admit(updated object: inout Value, from old: Value, _ type: ResourceType, _ target: WriteOptions.Target) throws(APIError)
}

/// Admits everything as it is.
package struct NoAdmission: ObjectAdmission {
    package init() {}
    package func admit(created object: inout Value, _ type: ResourceType) throws(APIError) {}
    package func admit(
        updated object: inout Value, from old: Value, _ type: ResourceType, _ target: WriteOptions.Target
    ) throws(APIError) {}
}

/// Keeps `metadata.managedFields` while objects are written by plain creates and updates.
package protocol FieldTracker: Sendable {
    /// The managed fields of `new`, given that `manager` wrote it over `old` (nil: created it).
    func managedFields(
        of new: Value, over old: Value?, _ type: ResourceType, manager: String, options: WriteOptions, at time: Timestamp
    )
        -> Value?
}

/// What the store needs of the world, so that tests can decide it.
package struct StoreEnvironment: Sendable {
    package var now: @Sendable () -> Timestamp
    package var uuid: @Sendable () -> String
    /// Five characters for `generateName`.
    package var nameSuffix: @Sendable () -> String

    package init(
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() },
        uuid: @escaping @Sendable () -> String = { StoreEnvironment.randomUUID() },
        nameSuffix: @escaping @Sendable () -> String = { StoreEnvironment.randomSuffix(5) }
    ) {
        self.now = now
        self.uuid = uuid
        self.nameSuffix = nameSuffix
    }

    /// Version 4, lower case.
    package static func randomUUID() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text += "-" }
            text += String(byte >> 4, radix: 16) + String(byte & 0xF, radix: 16)
        }
        return text
    }

    /// The letters and digits that Kubernetes draws generated names from: no vowels, so that no words appear.
    package static func randomSuffix(_ length: Int) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
