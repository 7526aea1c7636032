#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The machine that the node runs on.
package struct Machine: Sendable {
    package var cpu: Quantity
    package var memory: Quantity
    package var kernel: String
    package var architecture: String
    package var operatingSystem: String
    /// Variables that every container gets, because without them local executables do not run.
    package var environment: [String: String]

    package static func current() -> Machine {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let bytes = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE))).partialValue
        var name = utsname()
        uname(&name)
        var environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        for variable in ["PATH", "LD_LIBRARY_PATH", "LANG", "TZ"] {
            if let value = getenv(variable) { environment[variable] = String(cString: value) }
        }
        return Machine(
            cpu: Quantity(thousandths: Int64(cores) * 1000), memory: Quantity(thousandths: Int64(max(bytes, 0)) * 1000),
            kernel: text(of: &name.release), architecture: architectureName(text(of: &name.machine)),
            operatingSystem: text(of: &name.sysname).lowercased(), environment: environment)
    }

    /// Kubernetes names architectures as Go does.
    private static func architectureName(_ name: String) -> String {
        switch name {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        default: name
        }
    }

    private static func text<Tuple>(of field: inout Tuple) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
