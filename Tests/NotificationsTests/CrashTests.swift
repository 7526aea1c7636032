import Delivery
import Journal
import Synchronization
import TestSupport
import Testing

@testable import Notifications

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct CrashTests {
    /// A process that is killed after the service has taken a notice and before that is marked.
    @Test func aCrashBetweenSendingAndMarkingDeliversTwiceUnderOneKey() async throws {
        let folder = try TemporaryFolder("slipway-notifications-crash")
        let path = folder.file("journal.sqlite")
        try await withService { service in
            let url = service.url
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, url = url as String] in
                let killer = Killer()
                let journal = try World.open(path, onCommit: killer.onCommit)
                let world = try World(journal: journal)
                try await world.happen(world.notice("a"), world.notice("b"))
                let channel = NotificationsConfiguration.Channel(
                    name: "bus", service: .webhook(.init(address: .url(url), secretFile: "/secret")))
                let deliverer = world.deliverer([channel])
                _ = try await deliverer.routeDue()
                killer.arm()
                try await deliverer.deliverDue()
            }
            #expect(service.received.map { $0.headers["slipway-delivery"] } == ["a"])
            let world = try World(journal: try World.open(path))
            #expect(try await world.states() == ["a pending", "b pending"])
            let deliverer = world.deliverer([.webhook(service)])
            _ = try await deliverer.routeDue()
            try await deliverer.deliverDue()
            #expect(service.received.map { $0.headers["slipway-delivery"] } == ["a", "a", "b"])
            #expect(try await world.states() == ["a delivered", "b delivered"])
        }
    }

    /// Kills this process right before the next commit, once it is armed.
    private final class Killer: Sendable {
        private let isArmed = Atomic(false)
        func arm() { isArmed.store(true, ordering: .sequentiallyConsistent) }

        var onCommit: @Sendable (CommitMoment, Int64) -> Void {
            { [self] moment, _ in
                if moment == .before, isArmed.load(ordering: .sequentiallyConsistent) { kill(getpid(), SIGKILL) }
            }
        }
    }
}
