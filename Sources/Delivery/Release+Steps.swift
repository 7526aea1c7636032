/// The steps of a rollout that shares the traffic between the old version and the new one.
extension Release {
    /// Only a version that comes after another has something to share with.
    package func takesSteps(_ policy: EnvironmentPolicy) -> Bool {
        kind == .deploy && previousBundle != nil && previousBundle != bundle && policy.rollout.strategy?.steps.isEmpty == false
    }

    func stepping(_ index: Int, policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        var release = entering(.stepping, deadline: deadline(of: .stepping, policy: policy, at: now), waitUntil: nil, at: now)
        release.step = index
        return StateChange(releases: [release], audit: [release.draft("release.step", at: now, outcome: Self.words(index, policy))])
    }

    /// The step is up: now it is watched for as long as its pause, and as much longer as its Gates may take to have data.
    func watchingStep(policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let until = now + (Self.step(step ?? 0, policy)?.pause ?? .zero)
        let release = entering(.stepping, deadline: until + policy.verification.deadline, waitUntil: until, at: now)
        return StateChange(releases: [release], audit: [release.draft("release.step.up", at: now, outcome: Self.words(step ?? 0, policy))])
    }

    /// A policy that has fewer steps by now sends the Release on.
    func afterStep(policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        let next = (step ?? 0) + 1
        guard Self.step(next, policy) != nil else { return moving(to: .applying, policy: policy, at: now) }
        return stepping(next, policy: policy, at: now)
    }

    /// What keeps a Release from its first write keeps it from each further step, too. The step stays as it is, is watched, and its clock
    /// stands still.
    func waitingInStep(for blocker: Blocker, policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        if self.blocker == blocker { return StateChange() }
        var release = self
        release.blocker = blocker
        release.deadline = nil
        release.attempts = 0
        release.retryAt = nil
        release.lastTransientError = nil
        release.version += 1
        let outcome = "\(Self.words(step ?? 0, policy)), \(blocker.explanation)"
        return StateChange(releases: [release], audit: [release.draft("release.blocked", at: now, outcome: outcome)])
    }

    /// Its Gates are asked once more before the next step.
    func goingOnInStep(policy: EnvironmentPolicy, at now: Timestamp) -> StateChange {
        var release = self
        release.blocker = nil
        release.deadline = now + policy.verification.deadline
        release.version += 1
        return StateChange(
            releases: [release], audit: [release.draft("release.step.resumed", at: now, outcome: Self.words(step ?? 0, policy))])
    }

    /// Passes over the step itself, or over the calendar that it waits for; a Hold is not passed over.
    ///
    /// - Returns: what was passed over, and what comes of it; `nil` while the Environment is held.
    func passingStep(in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp) -> (what: String, change: StateChange)?
    {
        let standing = Admission.blocker(of: self, in: environment)
        if case .hold? = standing { return nil }
        guard let stop = standing ?? blocker, stop.isOfTheCalendar else {
            return (phase.rawValue, afterStep(policy: policy, at: now).given(environment))
        }
        var release = self
        release.passesCalendar = true
        return (stop.explanation, release.goingOnInStep(policy: policy, at: now))
    }

    private static func step(_ index: Int, _ policy: EnvironmentPolicy) -> RolloutStrategy.Step? {
        guard let steps = policy.rollout.strategy?.steps, steps.indices.contains(index) else { return nil }
        return steps[index]
    }

    private static func words(_ index: Int, _ policy: EnvironmentPolicy) -> String {
        let count = policy.rollout.strategy?.steps.count ?? 0
        return "step \(index + 1) of \(count), \(step(index, policy)?.weight ?? 0) % of the traffic"
    }
}
