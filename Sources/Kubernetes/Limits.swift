/// Every limit of this room, with its reason.
package struct KubernetesLimits: Sendable {
    /// Time for one call with all its retries. Longer outages are for the caller, who knows what else could be done meanwhile.
    package var callDeadline: Duration = .seconds(30)
    /// Time for one attempt; an API server that takes longer is in trouble (its own SLO is one second).
    package var attemptDeadline: Duration = .seconds(15)
    /// Tries of one call, the first included.
    package var attempts = 6
    /// Pauses between tries grow from the first to the second of these, with jitter.
    package var firstPause: Duration = .milliseconds(100)
    package var longestPause: Duration = .seconds(5)
    /// A `Retry-After` above this ends the call: the caller is told instead of held.
    package var longestRetryAfterSeconds: Int64 = 20
    /// Objects of one page of a list, as `kubectl` asks for.
    package var listPageSize = 500
    /// Objects of one list, against a cluster that never stops paging.
    package var listObjects = 100_000
    /// Bytes of one response. 500 large objects of a page are some ten megabytes.
    package var responseBytes = 64 << 20
    /// Bytes of one OpenAPI document. The whole of OpenAPI 2 has 4 MB without custom resources; each of these adds some tens of kilobytes.
    package var schemaBytes = 48 << 20
    /// Bytes of one line of a watch: etcd's largest object is 1.5 MB, and JSON may grow it.
    package var watchEventBytes = 8 << 20
    /// Silence after which a watch counts as broken: servers send a bookmark about once a minute.
    package var watchStall: Duration = .seconds(150)
    /// How long a watch is asked to last. A server ends it then, and another takes its place.
    package var watchSeconds = 290
    /// A broken watch that is back within this time was none: what is known stays good.
    package var watchGrace: Duration = .seconds(2)
    /// A watch that lived so long was no failure, however it ended.
    package var watchSettled: Duration = .seconds(5)
    /// Pauses between tries to watch again grow up to the first of these when the server ended the watch in order, and up to the second
    /// when it failed: a server that comes back must not meet all of its watchers at once.
    package var longestOrderlyPause: Duration = .seconds(1)
    package var longestWatchPause: Duration = .seconds(10)
    /// Namespaces in which one kind is watched one by one. With more, one watch of the whole cluster takes their place where it may; see
    /// ``WatchReach``.
    package var singleWatches = 8
    /// A watch of the whole cluster that is forbidden for so long, after it was allowed, has lost its right.
    package var refusalGrace: Duration = .seconds(30)
    /// Objects of others that may have to be read, and thrown away, to save one watch: they are read once, and change now and then, where each
    /// watch is asked for anew every five minutes.
    package var objectsPerWatch = 20
    /// Requests under way in one client, watches among them: where the whole cluster may not be watched, a thousand Environments have a dozen
    /// each.
    package var transfers = 16_384
    /// Bytes of a log that are ever asked for.
    package var logBytes = 1 << 20
    /// Requests under way at one cluster. Halved on every 429, and grown again one by one.
    package var concurrentRequests = 16
    /// A table of kinds is not fetched again for an unknown kind within this time.
    package var discoveryPause: Duration = .seconds(2)
    /// Bytes of a kubeconfig, token or certificate file.
    package var credentialFileBytes = 1 << 20
    /// Tokens in files are read again after this time; the kubelet renews them at 80% of an hour or more.
    package var tokenFileAge: Duration = .seconds(60)

    /// Time for a credential plugin. Those of cloud providers ask their service over the network, and take seconds.
    package var pluginDeadline: Duration = .seconds(20)
    /// Bytes of its answer: a token and a certificate chain have some kilobytes.
    package var pluginOutputBytes = 256 << 10
    /// Seconds before its expiry at which a plugin's credential counts as expired: a request takes time, and clocks differ.
    package var pluginExpiryMargin: Int64 = 10
    /// A plugin that failed is not run again within this time, however many calls want it.
    package var pluginFailurePause: Duration = .seconds(5)
    /// Of a plugin's own words in a message.
    package var pluginMessageCharacters = 500

    /// A right that was confirmed is not asked about again within this time.
    package var accessReviewAge: Duration = .seconds(60)
    /// Confirmed rights that are remembered: some five a kind and namespace.
    package var accessReviews = 10_000

    package init() {}
}

/// Limits of what is done to one Environment.
enum EnvironmentLimits {
    /// A ConfigMap may hold 1 MiB (ConfigMap documentation, "Motivation"); the rest of the object needs some.
    static let inventoryBytes = 1_000_000
    /// Tries of an inventory write that others change at the same time.
    static let inventoryAttempts = 5
    /// Tries of an apply that meets other writers.
    static let conflictAttempts = 4
    /// Tries of an apply that an autoscaler gets in the way of; it acts every 15 seconds at most.
    static let replicaAttempts = 3
    /// Time for a CustomResourceDefinition to be served after it was applied.
    static let establishDeadline: Duration = .seconds(60)
    /// Time for the first object of a kind that discovery shows already: the API server adds the paths a moment later.
    static let firstObjectDeadline: Duration = .seconds(10)
    /// Between two looks at what finalizers hold, which may take minutes.
    static let longestPollInterval: Duration = .seconds(2)
    /// Time for an object that is made anew to be gone: Pods have 30 seconds to end unless they ask for more.
    static let replaceDeadline: Duration = .seconds(180)
    /// Between two looks at the health of a wave.
    static let healthPollInterval: Duration = .seconds(1)
    static let pollInterval: Duration = .milliseconds(200)
    /// Time for the controllers of the cluster to begin ending a workload's Pods.
    static let withdrawal: Duration = .seconds(20)
    /// Before a lease that others wrote is looked at again, so that a server that refuses every write is not asked without end.
    static let leaseConflictPause: Duration = .milliseconds(100)
    /// Between two looks whether the last writes are over, before a lease is given back: whoever is next waits as long for it.
    static let leaseReleasePoll: Duration = .milliseconds(20)
    /// How long they are waited for, or one call about the lease may take, whichever is shorter: a stop has 45 seconds in all.
    static let leaseReleaseMost: Duration = .seconds(10)
    /// Texts, and lists of names, that the objects of one watched collection have in common. What comes after these is kept with each object.
    /// One of a whole cluster has some three texts an Environment.
    static let sharedParts = 5_000
    /// Problems named in one error; more are counted.
    static let namedProblems = 10
    /// Objects named in the error of a way back that could not take all of them: a person has to see to each.
    static let namedRefusals = 100
    /// Rules that a message about missing rights tells to add, for each namespace.
    static let namedRules = 30
    /// Lines of a failing container's log in a health message.
    static let logLines = 10
    /// Bytes that are asked for to find them. The kubelet counts from the first of the lines and leaves the end out, so it is far more than
    /// ten usual lines have; masking so much takes some milliseconds.
    static let logBytes = 64 << 10
    static let logLineCharacters = 300
    /// Excerpts that are kept; each has some kilobytes at most. Then all are forgotten.
    static let rememberedExcerpts = 200
}
