/// The numbers that bound what the controllers do, each with its reason.
package enum ControllerLimits {
    /// A write that lost a race is tried again at once: the competing write is done by then.
    package static let firstRetryDelay = Duration.milliseconds(5)
    /// A refused write (a validation error, say) stays refused until somebody changes something, and then the watch tells; this is the safety net.
    package static let longestRetryDelay = Duration.seconds(30)
    /// Everything is looked at again this often, whatever the watches said.
    package static let resyncInterval = Duration.seconds(30)
    /// Pods that one pass over a ReplicaSet creates or deletes: Kubernetes' `BurstReplicas`.
    package static let burstReplicas = 500
    /// Distinct events remembered for counting repeats; beyond it a repeat is written as a new event.
    package static let rememberedEvents = 4096
    /// An event older than this is not counted further but written anew, and is removed: Kubernetes' default time to live is one hour.
    package static let eventLifetime = Duration.seconds(3600)
    /// Wait before asking for a watch again when the store holds as many as it allows.
    package static let watchRetryDelay = Duration.milliseconds(200)
    /// Reconcilers of one controller at work at the same time: store calls are short and in process.
    package static let workersPerController = 2
    /// Between two looks of an autoscaler at its target: a third of Kubernetes' 15 s, because here measuring is cheap and people wait.
    package static let autoscalerInterval = Duration.seconds(5)
    /// Autoscalers whose recommendations are remembered.
    package static let rememberedAutoscalers = 1000
    /// How often the conditions of a Namespace that ends are looked at: a person watches them.
    package static let terminatingNamespaceInterval = Duration.seconds(2)
    /// An eviction whose Pod still stands after this did not happen; Kubernetes' `DeletionTimeout`.
    package static let evictionTimeout = Duration.seconds(120)
    /// How often expired Events are looked for.
    package static let eventExpiryInterval = Duration.seconds(60)
}
