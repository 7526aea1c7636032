import Foundation
import Manifests
import Testing

@testable import LocalCluster

/// What takes its time on purpose. It is run when nothing else takes the processor, so that its bounds say something.
@Suite(.timeLimit(.minutes(2))) struct GracePeriodTests {
    @Test func aProcessThatIgnoresSIGTERMIsKilledAfterTheGracePeriod() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "trap '' TERM; echo deaf; \(NodePodTests.forever)", spec: ["terminationGracePeriodSeconds": 1])
            try await cluster.wait(.pods, "one", until: \.isReadyPod)
            try await cluster.eventually("it is deaf") { try await cluster.log("one").contains("deaf") }
            let began = ContinuousClock.now
            try cluster.store.delete(.pods, namespace: NodeHarness.namespace, name: "one")
            try await cluster.waitUntilGone(.pods, "one")
            let took = ContinuousClock.now - began
            #expect(took >= .milliseconds(900) && took < .seconds(3), "took \(took)")
        }
    }
}
