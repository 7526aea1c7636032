/// Every limit of this room, with its reason.
package enum ServiceLimits {
    /// A request to rank holds at most 500 names of 128 bytes; twice that is room for white space.
    static let requestBodyBytes = 128 * 1024

    /// Long enough for a phone on a bad line, short enough that a client that trickles does not hold a connection for ever.
    static let requestBodySeconds = 10

    /// What the model ranks well below 50 ms.
    static let candidates = 500

    /// Names of users and videos: a UUID has 36.
    static let nameBytes = 128

    static let defaultItems = 20
    static let mostItems = 200

    /// A path with its query. Names are short, so anything longer is not for us.
    static let requestTargetBytes = 2048

    /// Open connections. Above it the kernel's queue waits, so the process does not run out of descriptors.
    static let connections = 4096

    /// A connection without a request for this long is closed: more than the 60 s that load balancers keep theirs.
    static let idleConnectionSeconds: Int64 = 75

    static let headerBytes = 16 * 1024
    static let headerCount = 100

    /// A weight is a number of at most six characters; a file that is longer is not a weight.
    static let weightFileBytes = 256
    static let weightsDocumentBytes = 16 * 1024

    /// After the drain, requests in flight get this long before they are cut.
    static let finishSeconds = 20
}
