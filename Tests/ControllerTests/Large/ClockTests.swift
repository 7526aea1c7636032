import Controller
import Delivery
import Journal
import LocalCluster
import Logging
import Observability
import Synchronization
import TestSupport
import Testing

extension LargeTests {
    /// A controller that runs while the machine's clock is set: by an hour, in each phase that waits for a moment.
    @Suite struct ClockTests {
        @Test(arguments: [3_600, -3_600])
        func `a clock that is set fails nothing and holds nothing up`(seconds: Int) async throws {
            try await withTemporaryFolder("slipway-clock") { folder in
                var first = SampleEnvironment()
                first.policy = "  rollback: {automatic: true, watch: 0s}\n"
                var next = SampleEnvironment(version: "2")
                next.policy =
                    "  promotion: {soak: 5s}\n  rollback: {automatic: true, watch: 5s}\n  rollout: {deadline: 90s}\n  reconcile: {healEvery: 5m}\n"
                next.readinessCommand = ["/usr/bin/test", "-e", folder.file("gate")]
                let repository = try await WatchedRepository(in: folder.path)
                let revision = try await repository.push(first.files.mapValues { $0 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let running = try Running(
                        Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig, lease: "{namespace: default}")
                    )
                    try await running.until("the first is verified") { $0.phase == .verified && $0.revision.id == revision }
                    let second = try await repository.push(next.files.mapValues { $0 })
                    running.controller.notify()
                    try await running.until("the second rolls out") { $0.phase == .rollingOut && $0.revision.id == second }
                    try await running.set(by: seconds, steps: 1)
                    try await running.until("it is still rolling out") { $0.phase == .rollingOut && $0.failure == nil }
                    try folder.write("", to: "gate")
                    try await running.until("it soaks") { $0.phase == .soaking }
                    try await running.set(by: seconds, steps: 2)
                    try await running.until("it is verified") { $0.phase == .verified && $0.revision.id == second && $0.waitUntil != nil }
                    try await running.set(by: seconds, steps: 3)
                    try await running.until("its watch is over") { $0.phase == .verified && $0.waitUntil == nil }
                    let phases = try await running.controller.journal.releases(environment: "only", limit: 10).map(\.phase)
                    #expect(phases == [.verified, .verified])
                    // Drift is still found and put right, so the lease is still ours and no comparison waits for an hour.
                    try await cluster.kubectl("delete", "configmap", "settings", "-n", next.namespace)
                    try await eventually("the drift is put right", within: .seconds(20)) {
                        cluster.picture(of: next.namespace).contains { $0.hasPrefix("ConfigMap settings") }
                    }
                    try await running.stop()
                }
            }
        }

        /// A controller in this process, with a clock that the test sets.
        private struct Running {
            let controller: Controller
            private let clock = SetClock()
            private let work: Task<Void, any Error>

            private final class SetClock: Sendable {
                let offset = Mutex<Int64>(0)
                func now() -> Delivery.Timestamp {
                    Delivery.Timestamp(milliseconds: UnixClock.system.nowMilliseconds() + offset.withLock { $0 })
                }
            }

            init(_ installation: Installation) throws {
                let configuration = try ControllerConfiguration.load(path: installation.folder + "/slipway.yaml")
                var logger = Logger(label: "clock-test")
                logger.logLevel = .error
                let controller = try Controller(
                    configuration: configuration, state: try StateDirectory(path: configuration.stateDirectory),
                    clock: ControllerClock(now: { [clock] in clock.now() }, random: { 0.5 }), logger: logger, registry: MetricsRegistry())
                self.controller = controller
                work = Task { try await controller.run() }
            }

            /// Sets the clock, and waits until the Environment's record has so many steps.
            func set(by seconds: Int, steps: Int) async throws {
                clock.offset.withLock { $0 += Int64(seconds) * 1000 }
                try await eventually("the step is in the record", within: .seconds(20)) {
                    controller.lane("only")?.wake()
                    let entries = try await controller.journal.auditEntries()
                    return entries.filter { $0.draft.action == "clock.stepped" }.count == steps
                }
            }

            func until(_ what: String, _ condition: (Release) -> Bool) async throws {
                try await eventually(what, within: .seconds(40)) {
                    guard let release = try await controller.journal.releases(environment: "only", limit: 1).first else { return false }
                    return condition(release)
                }
            }

            func stop() async throws {
                work.cancel()
                _ = await work.result
            }
        }
    }
}
