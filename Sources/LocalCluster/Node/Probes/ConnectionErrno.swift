#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The errno values by which connections fail; a file of its own because the C library and other modules share names.
enum ConnectionErrno {
    static let refused = ECONNREFUSED
    static let reset = ECONNRESET
    static let accessDenied = EACCES
    static let addressInUse = EADDRINUSE
}
