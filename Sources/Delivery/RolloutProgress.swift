/// Where a Release is among the steps of its rollout.
package struct RolloutProgress: Sendable, Hashable {
    /// From 1.
    package var step: Int
    package var steps: Int
    /// Percent of the traffic that the new version gets in this step.
    package var weight: Int

    /// - Returns: `nil` when the Release takes no steps now, or the policy has no such step any more.
    package init?(of release: Release, policy: EnvironmentPolicy) {
        guard release.phase == .stepping, let index = release.step, let steps = policy.rollout.strategy?.steps,
            steps.indices.contains(index)
        else { return nil }
        step = index + 1
        self.steps = steps.count
        weight = steps[index].weight
    }
}
