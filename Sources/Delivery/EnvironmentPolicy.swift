package import Manifests

/// What `environments/<name>/environment.yaml` says: how that Environment is deployed, verified, promoted and taken back.
package struct EnvironmentPolicy: Sendable, Hashable {
    package struct Target: Sendable, Hashable {
        /// A name of the controller's own configuration; the repository cannot name an address.
        package var cluster: String = "default"
        package var namespace: String
        /// Whether the controller may make the namespace when it is missing.
        package var createNamespace: Bool = false

        package init(namespace: String) { self.namespace = namespace }
    }

    package enum ConflictPolicy: Sendable, Hashable {
        case fail
        case force
        case takeOver(managers: [String])
    }

    /// What becomes of the objects that a deleted one owns: removed afterwards, or before it.
    package enum PrunePropagation: String, Sendable, Hashable, CaseIterable {
        case background, foreground
    }

    package struct Rollout: Sendable, Hashable {
        /// How long applying, and then becoming healthy, may each take.
        package var deadline: Duration = .seconds(600)
        package var conflicts: ConflictPolicy = .fail
        /// A Release that would delete more than this is stopped before its first write.
        package var pruneMaxObjects: Int = 10
        package var pruneMaxPercent: Int = 50
        package var prunePropagation = PrunePropagation.background
        /// How long what finalizers hold is waited for, before the Release goes on without it.
        package var pruneTimeout: Duration = .seconds(60)
        /// Whether objects that exist already, and that no Environment made, may be taken over.
        package var adopt = false
        /// Restarts of one new container that count as a crash loop.
        package var maxRestarts: Int = 3
        /// `nil`: every workload takes over by its own rolling update.
        package var strategy: RolloutStrategy?

        package init() {}
    }

    package struct Rollback: Sendable, Hashable {
        package var automatic: Bool = true
        /// How long after success a degradation still takes the Release back.
        package var watch: Duration = .seconds(300)

        package init() {}
    }

    /// What `${NAME}` in the objects stands for. `nil`: it stands for itself.
    package struct Variables: Sendable, Hashable {
        /// A file of the repository with a ConfigMap whose data are variables.
        package struct Source: Sendable, Hashable {
            package var path: String
            /// The ConfigMap that is meant, when the file has several.
            package var name: String?
            package var optional: Bool = false

            package init(path: String) { self.path = path }
        }

        /// Texts, numbers and booleans by name. They win over all sources.
        package var values = Object()
        /// A later one wins over an earlier one.
        package var from: [Source] = []

        package init() {}
    }

    /// A chart of the repository whose objects are deployed, alone or before those of the kustomization.
    package struct Helm: Sendable, Hashable {
        /// What becomes of objects that are hooks; tests are always left out.
        package enum Hooks: String, Sendable, Hashable, CaseIterable {
            case refuse, apply, skip
        }

        /// A folder or a `.tgz`, from the root of the repository.
        package var chart: String
        package var releaseName: String
        /// Values files from the root of the repository; a later one wins.
        package var values: [String] = []
        package var includeCRDs: Bool = true
        /// What the chart takes for the cluster's version; `nil` leaves it to Helm.
        package var kubeVersion: String?
        package var apiVersions: [String] = []
        package var hooks: Hooks = .refuse

        package init(chart: String, releaseName: String) {
            self.chart = chart
            self.releaseName = releaseName
        }
    }

    /// What becomes of a difference between the cluster and the verified Bundle.
    package enum DriftPolicy: String, Sendable, Hashable, CaseIterable {
        /// It is put right.
        case heal
        /// It is said, and left.
        case report
    }

    /// Fields that are somebody else's to write once the object exists.
    package struct IgnoredFields: Sendable, Hashable {
        /// `nil`: every API group.
        package var group: String?
        package var kind: String
        /// `nil`: all objects of the kind.
        package var name: String?
        package var fields: [JSONPointer]

        package init(kind: String, fields: [JSONPointer]) {
            self.kind = kind
            self.fields = fields
        }
    }

    package struct Reconcile: Sendable, Hashable {
        package var drift: DriftPolicy = .heal
        package var ignore: [IgnoredFields] = []
        /// How often every object is compared with the server's own word, beside the watch, which sees changes at once.
        package var healEvery: Duration = .seconds(3600)

        package init() {}
    }

    package var name: String
    package var target: Target
    package var helm: Helm?
    package var variables: Variables?
    package var promotion = Promotion()
    package var rollout = Rollout()
    package var verification = Verification()
    package var rollback = Rollback()
    package var reconcile = Reconcile()
    /// Where `environment.yaml` wants the Environment to be, when that is not where it is.
    package private(set) var wantedTarget: Target?
    /// The time limits that what runs was proven with.
    private var provenDeadlines: Deadlines?

    private struct Deadlines: Sendable, Hashable {
        var rollout: Duration
        var verification: Duration
    }

    package init(name: String, target: Target) {
        self.name = name
        self.target = target
    }
    /// A newer policy moves no Environment, and gives what runs no less time to come back.
    ///
    /// - Parameter proven: the policy of the Release that brought what runs.
    package mutating func stay(where proven: EnvironmentPolicy) {
        if target.cluster != proven.target.cluster || target.namespace != proven.target.namespace {
            wantedTarget = target
            target = proven.target
        }
        provenDeadlines = Deadlines(rollout: proven.rollout.deadline, verification: proven.verification.deadline)
    }

    /// The same with the time that a way back has.
    var forWayBack: EnvironmentPolicy {
        guard let provenDeadlines else { return self }
        var policy = self
        policy.rollout.deadline = max(rollout.deadline, provenDeadlines.rollout)
        policy.verification.deadline = max(verification.deadline, provenDeadlines.verification)
        return policy
    }
}
