package import Manifests

/// The name of a Bundle: what identical objects share and nothing else does.
package enum BundleDigest {
    /// The objects in the one order that counts, by identity.
    ///
    /// - Throws: `invalid` when an object has no identity, or two have the same.
    package static func ordered(_ objects: [Value]) throws(JournalError) -> [Value] {
        var identified: [(identity: ObjectIdentity, object: Value)] = []
        for (place, object) in objects.enumerated() {
            guard let identity = object.identity else {
                throw JournalError(.invalid, "object \(place + 1) of a bundle has no apiVersion, kind or metadata.name")
            }
            identified.append((identity, object))
        }
        identified.sort { $0.identity < $1.identity }
        for (one, next) in zip(identified, identified.dropFirst()) where one.identity == next.identity {
            throw JournalError(.invalid, "a bundle has two objects \(one.identity)")
        }
        return identified.map(\.object)
    }

    /// 64 hexadecimal digits: SHA-256 over the label `slipway-bundle-v1`, a line feed, and of each object in order the number of its
    /// canonical bytes (8 bytes, big-endian) and these bytes.
    package static func digest(of objects: [Value]) throws(JournalError) -> String {
        digest(canonical: try ordered(objects).map { $0.canonicalBytes() })
    }

    static func digest(canonical objects: [[UInt8]]) -> String {
        var hash = SHA256()
        hash.update(Array("slipway-bundle-v1\n".utf8))
        for object in objects {
            let size = UInt64(object.count)
            hash.update((0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) })
            hash.update(object)
        }
        return Hex.encode(hash.finalize())
    }
}
