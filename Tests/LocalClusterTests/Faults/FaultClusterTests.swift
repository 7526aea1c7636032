import Manifests
import TestSupport
import Testing

@testable import LocalCluster

/// The faults as a client meets them, over real connections.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FaultClusterTests {
    @Test func refusalsCarryTheirStatus() async throws {
        try await KubectlCluster.run { cluster in
            try cluster.cluster.faults.set(FaultRule(.status(503, retryAfterSeconds: nil), FaultMatch(verb: "create"), count: 1))
            let refused = try await cluster.kubectl("create", "configmap", "one", succeeds: false)
            #expect(refused.error.contains("the server is currently unable to handle the request"), "\(refused.error)")
            try await cluster.kubectl("create", "configmap", "one")
            try cluster.cluster.faults.set(
                FaultRule(.status(401, retryAfterSeconds: nil), FaultMatch(verb: "get", resource: "configmaps"), count: 1))
            let unauthorized = try await cluster.kubectl("get", "configmap", "one", succeeds: false)
            #expect(unauthorized.error.contains("You must be logged in to the server"), "\(unauthorized.error)")
        }
    }

    @Test func aDropAfterTheEffectLeavesTheEffect() async throws {
        try await KubectlCluster.run { cluster in
            try cluster.cluster.faults.set(FaultRule(.dropAfter, FaultMatch(verb: "create", resource: "configmaps"), count: 1))
            try await cluster.kubectl("create", "configmap", "one", succeeds: false)
            #expect(cluster.cluster.store.get(.configMaps, namespace: "default", name: "one") != nil)
            try cluster.cluster.faults.set(FaultRule(.dropBefore, FaultMatch(verb: "create", resource: "configmaps"), count: 1))
            try await cluster.kubectl("create", "configmap", "two", succeeds: false)
            #expect(cluster.cluster.store.get(.configMaps, namespace: "default", name: "two") == nil)
        }
    }

    @Test func aHalfOpenConnectionNeverAnswers() async throws {
        try await KubectlCluster.run { cluster in
            try cluster.cluster.faults.set(FaultRule(.hang, FaultMatch(verb: "list", resource: "configmaps")))
            let late = try await cluster.kubectl("get", "configmaps", "--request-timeout=1s", succeeds: false)
            #expect(late.status == 1)
            cluster.cluster.faults.clear()
            try await cluster.kubectl("get", "configmaps")
        }
    }

    @Test func aWatchIsClosedAndSlow() async throws {
        try await KubectlCluster.run { cluster in
            try cluster.cluster.faults.set(FaultRule(.closeWatch(.milliseconds(300)), FaultMatch(resource: "configmaps"), count: 1))
            // kubectl ends when its watch ends.
            let watch = try await cluster.kubectl("get", "configmaps", "--watch-only", succeeds: false)
            #expect(watch.status == 0)
            try cluster.cluster.faults.set(FaultRule(.expired, FaultMatch(verb: "watch", resource: "configmaps"), count: 1))
            let expired = try await cluster.kubectl("get", "--raw", "/api/v1/configmaps?watch=true").output
            #expect(expired.contains("\"type\":\"ERROR\"") && expired.contains("\"code\":410"), "\(expired)")
        }
    }

    @Test func faultsAreSetOnTheRunningServer() async throws {
        try await KubectlCluster.run { cluster in
            let rule = #"{"fault": "status", "status": 500, "verb": "get", "resource": "secrets", "count": 1}"#
            let id = try await cluster.kubectl("create", "--raw", "/slipway/faults", "-f", "-", input: rule).output
            #expect(id.contains("\"id\":1"), "\(id)")
            #expect(try await cluster.kubectl("get", "--raw", "/slipway/faults").output.contains("\"status\":500"))
            let refused = try await cluster.kubectl("get", "secret", "x", succeeds: false)
            #expect(refused.error.contains("Internal error occurred"), "\(refused.error)")
            try await cluster.kubectl("delete", "--raw", "/slipway/faults")
            #expect(cluster.cluster.faults.entries.isEmpty)
            let reader = try cluster.cluster.kubeconfig(user: "reader", groups: [])
            let denied = try await cluster.kubectl("--kubeconfig", reader, "get", "--raw", "/slipway/faults", succeeds: false)
            #expect(denied.error.contains("only an administrator"), "\(denied.error)")
        }
    }

    @Test func aRestartKeepsThePort() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "configmap", "one")
            await cluster.cluster.restartServer(downFor: .milliseconds(200))
            #expect(try await cluster.kubectl("get", "configmap", "one", "-o", "name").output == "configmap/one\n")
            try await cluster.kubectl("create", "--raw", "/slipway/restart", "-f", "-", input: #"{"seconds": 0.2}"#)
            try await eventually("the server answers again") {
                try await cluster.kubectl("get", "configmap", "one", succeeds: false).status == 0
            }
        }
    }
}
