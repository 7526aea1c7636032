package import Health
package import Manifests

/// What to do about fields that another manager owns with another value.
package enum ConflictPolicy: Sendable, Hashable {
    /// The conflict is shown and nothing is taken.
    case fail
    /// Every field is taken.
    case force
    /// Fields are taken when all of their managers are among these, such as `kubectl-client-side-apply` or `helm`.
    case takeOver([String])

    func mayTake(_ conflicts: [ApplyConflict]) -> Bool {
        switch self {
        case .fail: false
        case .force: true
        case .takeOver(let managers): !conflicts.isEmpty && conflicts.allSatisfy { managers.contains($0.manager) }
        }
    }
}

/// How much one prune may remove. It is refused as a whole when either bound is passed.
package struct PruneCap: Sendable, Hashable {
    package var maximumObjects: Int
    /// Of the objects in the inventory. One object may always go by this bound: it is half of a set of two.
    package var maximumPercent: Int

    package init(maximumObjects: Int, maximumPercent: Int) {
        self.maximumObjects = maximumObjects
        self.maximumPercent = maximumPercent
    }

    package static let unlimited = PruneCap(maximumObjects: .max, maximumPercent: 100)

    package func permits(_ count: Int, of inventoryCount: Int) -> Bool {
        guard count <= maximumObjects else { return false }
        return count <= 1 || count * 100 / max(1, inventoryCount) <= maximumPercent
    }
}

/// The rules of one Environment that concern what is done to its cluster.
package struct EnvironmentSettings: Sendable {
    package var environment: String
    package var namespace: String
    package var conflictPolicy: ConflictPolicy
    /// Whether the Environment's namespace is made when it does not exist.
    package var createNamespace: Bool
    /// Other namespaces that its objects may name.
    package var allowedNamespaces: Set<String>
    package var allowClusterScoped: Bool
    package var failFast: FailFastPolicy
    /// The operator's own, for custom kinds.
    package var healthRules: HealthRules
    /// Who keeps the record of this Environment: the identity of a controller's Journal. An inventory that names another one is refused.
    package var controller: String?
    /// The newest Release that the Journal knows of this Environment.
    package var release: Int64?
    /// Whether objects that exist already, and that nobody of us made, may be taken over.
    package var adopt = false
    /// Whether it goes back to what was proven: then what cannot go back is left or named, and keeps nothing else from going back.
    package var isReturning = false
    /// What becomes of the objects that a pruned one owns.
    package var prunePropagation = DeletePropagation.background
    /// Whether an apply waits for the health of a wave before the next, and of what an object depends on; `nil`: the order alone counts.
    package var waves: WaveWaiting?
    package var ignored: [IgnoredFields] = []
    /// Objects that `ignored` does not mean.
    package var whollyOurs: Set<ObjectIdentity> = []
    /// How long a prune waits for what finalizers hold.
    package var pruneTimeout: Duration = .seconds(60)

    package init(
        environment: String, namespace: String, conflictPolicy: ConflictPolicy = .fail, createNamespace: Bool = false,
        allowedNamespaces: Set<String> = [], allowClusterScoped: Bool = true, failFast: FailFastPolicy = FailFastPolicy(),
        healthRules: HealthRules = HealthRules()
    ) {
        self.environment = environment
        self.namespace = namespace
        self.conflictPolicy = conflictPolicy
        self.createNamespace = createNamespace
        self.allowedNamespaces = allowedNamespaces
        self.allowClusterScoped = allowClusterScoped
        self.failFast = failFast
        self.healthRules = healthRules
    }

    func allows(namespace wanted: String) -> Bool { wanted == namespace || allowedNamespaces.contains(wanted) }
}

/// Labels and annotations that we write or obey.
package enum SlipwayLabel {
    package static let managedBy = "app.kubernetes.io/managed-by"
    package static let managedByValue = "slipway"
    package static let environment = "slipway.dev/environment"
    /// Annotation `disabled`: the object is never pruned. `enabled`: it is, although its kind holds data or other objects.
    package static let prune = "slipway.dev/prune"
    /// Annotation with an integer: objects of a lower number are applied before those of a higher one. 0 when missing.
    package static let wave = "slipway.dev/wave"
    /// Annotation with a list of objects that have to be healthy before this one is applied; see ``DependencyReference``.
    package static let dependsOn = "slipway.dev/depends-on"
    /// Annotation `enabled`: the object may be deleted and made anew when a field that is fixed is to change.
    package static let replace = "slipway.dev/replace"
    /// Annotation `enabled`: an object, or an inventory, that exists already may be taken over.
    package static let adopt = "slipway.dev/adopt"
}
