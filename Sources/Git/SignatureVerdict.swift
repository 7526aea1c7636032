/// What a commit's signature is worth to the operator's keys.
package enum SignatureVerdict: Sendable, Hashable {
    /// - Parameters:
    ///   - signer: as the operator named the key: a principal, or a user id of OpenPGP.
    ///   - key: the fingerprint.
    case good(signer: String, key: String)
    /// It is none of this commit, or none that can be read.
    case bad(reason: String)
    /// It fits the commit, but nobody vouches for the key.
    case unknownKey(key: String)
    /// The key, or the signature, is not valid at this time.
    case expired(reason: String)
    case unsigned
}
