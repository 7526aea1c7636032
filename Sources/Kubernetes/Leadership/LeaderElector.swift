package import Manifests

/// What is known about who leads in one cluster.
package enum LeadershipState: Sendable, Hashable {
    /// Nobody is asked: there is no lease for this cluster.
    case unguarded
    /// No answer has come yet since the start.
    case looking
    case leading(LeaseTerm)
    /// Another controller leads.
    case standby(holder: String)
    /// The lease cannot be read or renewed; with the reason.
    case unknown(String)
}

/// Takes and keeps one Lease, and opens and closes the fence by it.
///
/// The client must have no fence of its own: the calls about the lease are what opens it.
package struct LeaderElector: Sendable {
    let client: KubernetesClient
    package let lease: ObjectIdentity
    package let identity: String
    let timing: LeaseTiming
    let fence: WriteFence
    let wallMilliseconds: @Sendable () -> Int64
    /// Called when the state changes, in order.
    let onChange: @Sendable (LeadershipState) async -> Void

    package init(
        client: KubernetesClient, namespace: String, name: String, identity: String, timing: LeaseTiming = LeaseTiming(), fence: WriteFence,
        wallMilliseconds: @escaping @Sendable () -> Int64, onChange: @escaping @Sendable (LeadershipState) async -> Void
    ) {
        self.client = client
        lease = ObjectIdentity(group: LeaseRecord.kind.group, kind: LeaseRecord.kind.kind, namespace: namespace, name: name)
        self.identity = identity
        self.timing = timing
        self.fence = fence
        self.wallMilliseconds = wallMilliseconds
        self.onChange = onChange
    }

    /// Until the task is cancelled; then the lease is given back, so that another controller need not wait for it to run out.
    package func run() async {
        var course = Course(election: LeaseElection(identity: identity, timing: timing, namespace: lease.namespace, name: lease.name))
        let environment = client.sender.environment
        while !Task.isCancelled {
            let pause = await round(&course)
            do {
                // Up to 2.2 times the period while others lead, as client-go spreads candidates; a leader renews evenly.
                let spread = course.isLeading ? 1 : 1 + 1.2 * environment.random()
                try await environment.sleep(min(pause, timing.retryPeriod * spread))
            } catch {
                break
            }
        }
        fence.close("this controller is ending")
        await release(course)
    }

    struct Course: Sendable {
        var election: LeaseElection
        /// The lease as we last wrote it.
        var own: LeaseRecord?
        var isLeading = false
        var state = LeadershipState.looking
    }

    /// One look at the lease and one write, if one is due.
    /// - Returns: the longest pause that makes sense.
    func round(_ course: inout Course) async -> Duration {
        let environment = client.sender.environment
        var pause = timing.retryPeriod * 3
        do throws(KubernetesError) {
            // A leader knows the version that it wrote and need not read; a refusal tells when it is wrong.
            let live = course.isLeading ? course.own : try await read()
            let time = MicroTime.text(milliseconds: wallMilliseconds())
            let step = course.election.step(live: live, at: environment.now(), time: time)
            switch step {
            case .wait(let holder, let rest):
                pause = rest
                await lose(&course, .standby(holder: holder))
            case .create(let record), .replace(let record):
                // Not earlier than this moment can others see the new state.
                let sent = environment.now()
                let stored = try await write(record, isNew: live == nil)
                course.election.stored(stored, at: sent)
                await lead(&course, stored, renewed: sent)
            }
        } catch {
            switch error.code {
            case .conflict, .alreadyExists, .notFound:
                // Somebody else wrote, or our last write did arrive: read before the next step, soon.
                course.isLeading = false
                course.own = nil
                pause = EnvironmentLimits.leaseConflictPause
                await lapse(&course, error.message)
            default: await lapse(&course, error.message)
            }
        }
        return pause
    }

    private func lead(_ course: inout Course, _ stored: LeaseRecord, renewed: ContinuousClock.Instant) async {
        let term = LeaseTerm(lease: lease, leaseUID: stored.uid ?? "", generation: stored.transitions, holder: identity)
        fence.open(term, renewed: renewed)
        course.own = stored
        course.isLeading = true
        await change(&course, .leading(term))
    }

    private func lose(_ course: inout Course, _ state: LeadershipState) async {
        if case .standby(let holder) = state { fence.close("\(lease) is held by \(holder)") }
        course.isLeading = false
        course.own = nil
        await change(&course, state)
    }

    /// A round that failed costs the leadership only when the fence has closed by time.
    private func lapse(_ course: inout Course, _ message: String) async {
        guard fence.term(at: client.sender.environment.now()) == nil else { return }
        if case .standby = course.state { return }  // who led last is worth more than that nobody answers
        await change(&course, .unknown(message))
    }

    private func change(_ course: inout Course, _ state: LeadershipState) async {
        guard course.state != state else { return }
        course.state = state
        await onChange(state)
    }

    private func read() async throws(KubernetesError) -> LeaseRecord? {
        try await client.lease(lease, deadline: timing.callDeadline)
    }

    private func write(_ record: LeaseRecord, isNew: Bool) async throws(KubernetesError) -> LeaseRecord {
        isNew
            ? try await client.createLease(lease, record, deadline: timing.callDeadline)
            : try await client.replaceLease(lease, record, deadline: timing.callDeadline)
    }

    /// In a task of its own: ours is cancelled already. A write under way, such as that of an Event, is waited for as long as one call may
    /// take. A lease that cannot be given back, or under which a write is still under way then, runs out by itself.
    private func release(_ course: Course) async {
        guard let own = course.own else { return }
        let (client, lease, deadline, fence) = (client, lease, timing.callDeadline, fence)
        let (identity, wallMilliseconds) = (identity, wallMilliseconds)
        await Task {
            guard await Self.writesEnd(fence, within: min(deadline, EnvironmentLimits.leaseReleaseMost), client.sender.environment) else {
                return
            }
            let time = MicroTime.text(milliseconds: wallMilliseconds())
            do throws(KubernetesError) {
                _ = try await client.replaceLease(lease, own.released(time: time), deadline: deadline)
            } catch {
                // The last renewal was cut off by our end, and has taken effect all the same.
                guard case .conflict = error.code, let live = try? await client.lease(lease, deadline: deadline), live.holder == identity
                else { return }
                _ = try? await client.replaceLease(lease, live.released(time: time), deadline: deadline)
            }
        }.value
    }

    /// None begins any more: the fence is closed.
    private static func writesEnd(_ fence: WriteFence, within limit: Duration, _ environment: ClientEnvironment) async -> Bool {
        let end = environment.now() + limit
        while fence.hasWritesUnderWay, environment.now() < end {
            do { try await environment.sleep(EnvironmentLimits.leaseReleasePoll) } catch { break }
        }
        return !fence.hasWritesUnderWay
    }
}
