internal import Delivery

/// The bounds of the controller's loops, with their reasons.
package enum Limits {
    /// How often a rollout is looked at beside every change that the watches bring: some rules depend on time alone.
    static let rolloutPoll: Duration = .seconds(1)
    /// The same for a proven Release while it is watched.
    static let watchPoll: Duration = .seconds(5)
    /// The same for an Environment at rest that is not healthy. One that is healthy stays so until the watches bring something.
    static let restPoll: Duration = .seconds(30)
    /// Between two tries of a Gate that nobody answers. Each is written to the Journal, since it gives the Release its time back.
    static let gatePoll: Duration = .seconds(5)
    /// Entries of one Release in the audit record until it is verified; it has a dozen.
    static let milestones = 200
    /// Prometheuses of the operator.
    static let metricSources = 20
    /// How often a cluster that could not be reached is tried again by an Environment at rest.
    static let outagePoll: Duration = .seconds(10)
    /// How long a rollout has to be healthy at every look before it is verified: programs that cannot run mostly end within a second.
    static let steadyHealth: Duration = .seconds(1)
    /// A lane that waits for what no wake tells of, such as a window of the calendar, looks again this often.
    static let idlePoll: Duration = .seconds(30)
    /// One with nothing to wait for but a wake or a moment that it knows. A look takes about a millisecond; that of 1,000 lanes is then a
    /// thousandth of a core.
    static let quietPoll: Duration = .seconds(600)
    /// A known moment is not slept towards more exactly than this.
    static let shortestPause: Duration = .milliseconds(10)
    /// A proven Release that stays below its replicas for so long while watched has degraded.
    static let degradedGrace: Duration = .seconds(60)
    /// Of a lease. Shorter, and a slow API server costs the leadership; longer, and a crash stops all deployments for minutes.
    static let leaseDuration: ClosedRange<Duration> = .seconds(5)...(.seconds(300))
    /// A machine's clock that differs by more than this from what has passed was set. Slewing makes milliseconds of it between two looks, a
    /// process that stands still between two lines may make more.
    static let clockStep: Duration = .seconds(2)
    /// After a step ages are counted with care for so long: longer than the default of any rollout.
    static let clockCaution: Duration = .seconds(900)
    /// How long a command that acted by itself stays for its notifications; what is not delivered by then is stored for the next start.
    static let lastDeliveries: Duration = .seconds(5)
    /// Between two entries about one object that differs from what was applied and is left so: whatever writes it may do so each second.
    static let driftPause: Duration = .seconds(600)
    /// Repetitions of one denial are counted for so long before they are written as one entry.
    static let denialWindow: Duration = .seconds(600)
    /// Denials that are told apart meanwhile: with the counts, twice as many entries are written in a window at most.
    static let denials = 200
    /// The same of one actor, so that one cannot hide the others.
    static let denialsOfOne = 20
    /// How often what was counted is looked at.
    static let denialSweep: Duration = .seconds(60)
    /// Of a token, unless it is said; and what may be said.
    static let tokenLifetime: Duration = .seconds(90 * 86_400)
    static let tokenLifetimes: ClosedRange<Duration> = .seconds(3600)...(.seconds(366 * 86_400))
    /// The last use of a token is known as exactly as this: each note is a write.
    static let tokenUse: Duration = .seconds(60)
    /// A lane moves at most a few times in the moment that a request takes.
    static let looksAgain = 10
    /// Retries of a transient error double from the first to the second.
    static let retryFirst: Duration = .seconds(1)
    static let retryMost: Duration = .seconds(30)
    /// Events that wait to be written for one cluster while it is away: the newest tell most.
    static let waitingEvents = 100
    /// Environments that one repository may have. Each costs a lane, some hundred kilobytes and, where the whole cluster may not be watched, a
    /// dozen watches; a look of all lanes after a push takes a second.
    static let environments = 1_000
    /// Remote bases that are fetched for one rendering, one after the other as they are found.
    static let remoteFetches = 20
    /// Of one fetch of a remote base: the Revision that names it waits so long.
    static let remoteFetchDeadline: Duration = .seconds(180)
    /// Of an allowed-signers file or a keyring: thousands of keys.
    static let trustBytes = 8 << 20
    /// Commits between two heads whose signatures are verified, some thirtieth of a second each, unless told otherwise; and at most.
    static let verifiedCommits = 500
    static let verifiedCommitsRange = 1...10_000
    /// Commits whose good signature is remembered.
    static let rememberedCommits = 20_000
    /// Rules for protected paths, and paths of one.
    static let protectedRules = 50
    static let protectedPaths = 200
    /// Paths that differ between two Revisions and are looked at. With more, everything counts as touched.
    static let changedPaths = 100_000
    /// Commits whose authors are looked at for one approval. With more, nobody who has an e-mail address there may approve alone.
    static let authoredCommits = 10_000
    /// Hosts that may be allowed for remote bases.
    static let remoteHosts = 100
    /// `environment.yaml`, `weights.yaml` and smoke tests are written by hand and small.
    static let policyBytes = 256 * 1024
    /// Of an executable of the repository: a script, or a small program. It is read from Git and written out at each run.
    static let hookBytes = 8 << 20
    /// Findings of one validation that are listed. More are counted: nobody reads them before these are mended.
    static let findings = 5_000
    /// Files below `environments/`, `manifests/` and `hooks/` that are looked at, as many as one rendering may read.
    static let layoutFiles = 50_000
    /// Folders within one another that are looked into.
    static let layoutDepth = 64
    /// How far back `rollback --to` and `history` search.
    static let historyDepth = 500
    /// Times that a commit is made again because somebody else pushed meanwhile, and how long all of them may take.
    static let revertTries = 5
    static let revertDeadline: Duration = .seconds(300)
    /// A remote that restarts is back within a minute, one that is mended within a day: then somebody has to look. That is 300 tries.
    static let revertPatience = RevertPatience(first: .seconds(1), most: .seconds(300), attempts: 300, tellsAfter: 6)
    /// Waits for the watcher's own fetch, a poll each.
    static let revertFetchTries = 60
    /// Between two looks at a commit that is under way, and when none is.
    static let revertPoll: Duration = .seconds(1)
    static let revertIdle: Duration = .seconds(30)
    /// Files that the message of such a commit names.
    static let listedPaths = 50
    /// Between two looks after the journal, and the first one after a start.
    static let journalKeeping: Duration = .seconds(3600)
    static let journalKeepingFirst: Duration = .seconds(60)
    /// Of `journal.retention`: fewer leave nothing to go back to, and nobody reads more.
    static let retainedReleases: ClosedRange<Int> = 10...100_000
    static let retainedAge: ClosedRange<Duration> = .zero...(.seconds(3650 * 86_400))
    /// Reasons and messages of people are kept whole up to here.
    package static let reasonCharacters = 1000
    /// At most this much of a render error is kept with its Revision.
    static let errorCharacters = 8000
}
