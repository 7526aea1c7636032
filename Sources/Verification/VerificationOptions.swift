/// What the operator allows verification to reach and to run.
package struct VerificationOptions: Sendable, Hashable {
    /// By the name that an Environment's policy has for it.
    package var sources: [String: PrometheusSource] = [:]
    /// Hosts that smoke tests may ask by URL: `shop.example.com`, `shop.example.com:8443`, or `http://host:port` without encryption.
    package var smokeTestHosts: [String] = []
    /// The only authorities to trust for them; `nil` trusts the system's.
    package var smokeTestCAFile: String?
    /// Whether executables of the repository may be run here.
    package var allowsHooks = false

    package init() {}
}
