/// Every limit of this room, with its reason.
enum Limits {
    /// One PEM text. The trust store of a whole system is some 250 KB.
    static let pemBytes = 1 << 20
    /// Certificates in one PEM text, for the same reason.
    static let certificates = 500
    /// A key file. An RSA key of 16384 bits is 13 KB.
    static let keyFileBytes = 64 << 10
    /// Certificates between a leaf and its root; real chains have two or three.
    static let chainDepth = 10
    /// What is sealed at once: OpenSSL counts in Int32, and a Bundle is a few megabytes.
    static let sealedBytes = 1 << 30
    /// Names in one issued certificate.
    static let subjectNames = 100
}
