package import Manifests

/// How a write is to be made, beyond the object itself.
package struct WriteOptions: Sendable {
    /// Who is recorded in `metadata.managedFields` for the fields that change.
    package enum Tracking: Sendable {
        /// The fields that this write changes become this manager's.
        case manager(String)
        /// The edit has set `managedFields` itself, as server-side apply does.
        case asEdited
    }

    package enum Target: Sendable, Hashable {
        /// Everything but `status`, for the types that have a status path.
        case object
        /// `status` and nothing else.
        case status
        /// As `object`, recorded as done through `scale`.
        case scale
        /// Of a Pod: its ephemeral containers and nothing else.
        case ephemeralContainers
    }

    package var tracking: Tracking
    package var target: Target = .object
    /// Goes through every check, stores nothing.
    package var dryRun = false
    /// Looks at the object as it will be stored (and at the one before), and refuses it by throwing. It may run more than once.
    package var gate: (@Sendable (_ new: Value, _ old: Value?) throws(APIError) -> Void)?
    /// The API version the writer speaks, for `managedFields`; nil: the stored one.
    package var apiVersion: String?

    package init(
        tracking: Tracking, target: Target = .object, dryRun: Bool = false, apiVersion: String? = nil,
        gate: (@Sendable (_ new: Value, _ old: Value?) throws(APIError) -> Void)? = nil
    ) {
        self.tracking = tracking
        self.target = target
        self.dryRun = dryRun
        self.apiVersion = apiVersion
        self.gate = gate
    }

    /// How the controllers of the cluster itself write.
    package static let controller = WriteOptions(tracking: .manager("kube-controller-manager"))
}

/// What a deletion asks for.
package struct DeleteOptions: Sendable {
    package enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    package var uid: String?
    package var resourceVersion: String?
    /// Seconds; nil: what the object says. Only Pods wait.
    package var gracePeriodSeconds: Int64?
    package var propagation: Propagation
    package var dryRun = false

    package init(
        uid: String? = nil, resourceVersion: String? = nil, gracePeriodSeconds: Int64? = nil, propagation: Propagation = .background,
        dryRun: Bool = false
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.gracePeriodSeconds = gracePeriodSeconds
        self.propagation = propagation
        self.dryRun = dryRun
    }
}
