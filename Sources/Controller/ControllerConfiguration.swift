package import Delivery
package import Health
package import Journal
package import Notifications
package import Verification

/// What belongs to the operator and not to the repository: remotes, credentials, clusters, addresses, who may do what.
///
/// It is read from a file of the controller's machine (`slipway run --config FILE`), never from the watched repository.
package struct ControllerConfiguration: Sendable, Hashable {
    package struct Repository: Sendable, Hashable {
        package var url: String
        package var branch: String = "main"
        /// Between two looks at the remote, without the jitter of a tenth.
        package var pollInterval: Duration = .seconds(30)
        package var username: String?
        /// Files, so that no secret stands in the configuration. Read again at every use.
        package var passwordFile: String?
        package var tokenFile: String?
        package var sshKeyFile: String?
        package var knownHostsFile: String?
        package var caFile: String?
        /// Which commits may be deployed, and what of them needs more approvals.
        package var commits = CommitRules()
        package var revertCommits = RevertCommits()

        package init(url: String) { self.url = url }
    }

    /// The commits of `slipway rollback --commit`.
    package struct RevertCommits: Sendable, Hashable {
        package var name = "Slipway"
        package var email = "slipway@localhost"
        /// A private SSH key without a passphrase; `nil`: they are not signed.
        package var signingKeyFile: String?

        package init() {}
    }

    package struct Cluster: Sendable, Hashable {
        /// `nil` uses the service account of the Pod that the controller runs in.
        package var kubeconfig: String?
        package var context: String?
        /// Held while anything is written to this cluster.
        package var lease: Leadership.Lease?
        package var isLeaseDisabled = false

        package init(kubeconfig: String?, context: String?) {
            self.kubeconfig = kubeconfig
            self.context = context
        }
    }

    /// What rendering may use beside the files of the Revision.
    package struct Render: Sendable, Hashable {
        /// The program that renders charts: a path, or a name that is looked for in `PATH`.
        package var helm: String = "helm"
        /// Hosts whose repositories kustomizations may name, as ``RemoteBases`` takes them.
        package var remoteHosts: [String] = []
        /// The only authorities to trust for them; `nil` trusts the system's.
        package var remoteCAFile: String?

        package init() {}
    }

    /// What the API shows to whoever connects to its address.
    package struct ListenTLS: Sendable, Hashable {
        /// PEM: the certificate, then those between it and its authority.
        package var certificateFile: String
        /// PEM, without a passphrase.
        package var keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    package var repository: Repository
    package var render = Render()
    package var stateDirectory: String
    /// The Unix socket of the command line; `slipway.sock` in the state directory unless told otherwise.
    package var socket: String
    /// `host:port` of health, metrics and the API for bearers of tokens; port 0 takes a free one and writes it to `address` in the
    /// state directory. On loopback, unless there is ``listenTLS``.
    package var listenAddress: String
    /// `nil` for plain HTTP.
    package var listenTLS: ListenTLS?
    /// `host:port` of health and metrics alone, for a kubelet and for Prometheus: nothing there tells of anyone's work, so it may be on
    /// any address. `nil` for none.
    package var metricsAddress: String?
    package var clusters: [String: Cluster]
    package var access: AccessPolicy
    package var retention = RetentionPolicy()
    /// The health of custom kinds.
    package var healthRules = HealthRules()
    /// Who is told of what.
    package var notifications = NotificationsConfiguration()
    /// The least of approvals by Environment, whatever its environment.yaml says: what only the operator can lower.
    package var pinnedApprovals: [String: EnvironmentPolicy.Approvals] = [:]
    /// What verification may reach and run.
    package var verification = VerificationOptions()

    package init(repository: Repository, stateDirectory: String) {
        self.repository = repository
        self.stateDirectory = stateDirectory
        socket = stateDirectory + "/slipway.sock"
        listenAddress = "127.0.0.1:8417"
        clusters = ["default": Cluster(kubeconfig: nil, context: nil)]
        access = AccessPolicy(grants: [], tokens: [])
    }
}
