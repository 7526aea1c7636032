import Delivery
import Journal
import Logging
import Manifests
import Observability
import Synchronization
import TestSupport

@testable import Notifications

/// A Journal, a clock and files of one test, and the deliverer over them.
final class World: Sendable {
    let folder: TemporaryFolder
    let journal: Journal
    let registry = MetricsRegistry()
    let time = Mutex(Timestamp(milliseconds: 1_700_000_000_000))
    let files = Mutex<[String: String]>([
        "/token": "token-abc", "/key": "routing-key-xyz", "/secret": "hmac-secret-1",
        "/hook": "http://127.0.0.1:1/services/T0/B0/hook-path",
    ])
    let log = MessageLog()

    /// - Parameter journal: one that is open already, in place of a new one.
    init(journal given: Journal? = nil) throws {
        folder = try TemporaryFolder("slipway-notifications")
        journal = try given ?? Self.open(folder.file("journal.sqlite"))
    }

    /// Keys that every process has: what they protect is not the question here.
    static func open(_ path: String, onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil) throws -> Journal {
        let sealer = JournalSealer(seal: { $0.map { ~$0 } }, open: { $0.map { ~$0 } })
        let signer = JournalSigner(sign: { SHA256.hash($0) }, verify: { $0 == SHA256.hash($1) }, keyID: "test")
        return try Journal(path: path, sealer: sealer, signer: signer, onCommit: onCommit)
    }

    var now: Timestamp { time.withLock { $0 } }
    func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }

    var surroundings: NotificationSurroundings {
        NotificationSurroundings(
            now: { self.now }, random: { 0.5 }, readFile: { path in self.files.withLock { $0[path] }.map { Array($0.utf8) } },
            makeSignal: {
                let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                return NotificationSignal(set: { continuation.yield() }, wait: { _ in for await _ in stream { return } })
            })
    }

    func deliverer(
        _ channels: [NotificationsConfiguration.Channel], escalation: [NotificationsConfiguration.EscalationLevel] = []
    )
        -> Deliverer
    {
        var configuration = NotificationsConfiguration()
        configuration.channels = channels
        configuration.escalation = escalation
        return Deliverer(
            configuration: configuration, journal: journal, surroundings: surroundings,
            logger: Logger(label: "test") { _ in self.log.handler }, registry: registry)
    }

    /// Stores notices with an audit entry, as a transition does.
    func happen(_ notices: Notice...) async throws {
        try await journal.commit(
            StateChange(
                audit: [AuditDraft(at: now, actor: .controller, action: "test.happened", outcome: notices.first?.text ?? "")],
                notices: notices))
    }

    func states() async throws -> [String] {
        try await journal.deliveries(in: Set(NoticeDelivery.State.allCases)).reversed().map {
            "\($0.notice.dedupeKey) \($0.state.rawValue)"
        }
    }

    func notice(
        _ key: String, _ event: Notice.Event = .releaseVerified, severity: Notice.Severity = .info, environment: String = "production",
        release: Int64? = 7, revision: String? = String(repeating: "b", count: 40), incident: Notice.Incident? = nil, text: String? = nil
    ) -> Notice {
        Notice(
            severity: severity, event: event, environment: environment, release: release, revision: revision, incident: incident,
            text: text ?? "\(environment): \(key)", dedupeKey: key, at: now)
    }
}

/// All that was logged.
final class MessageLog: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var handler: any LogHandler { Handler(log: self) }

    private struct Handler: LogHandler {
        let log: MessageLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}

extension NotificationsConfiguration.Channel {
    static func slack(_ service: FakeService, _ name: String = "chat") -> Self {
        var slack = ChannelService.Slack(way: .bot(tokenFile: "/token", channel: "#deployments"))
        slack.baseURL = service.url
        return Self(name: name, service: .slack(slack))
    }

    static func pagerDuty(_ service: FakeService, _ name: String = "on-call", severities: Set<Notice.Severity> = [.page]) -> Self {
        var pagerDuty = ChannelService.PagerDuty(routingKeyFile: "/key")
        pagerDuty.baseURL = service.url
        return Self(name: name, service: .pagerDuty(pagerDuty), filter: NoticeFilter(severities: severities))
    }

    static func statusPage(_ service: FakeService, _ name: String = "public") -> Self {
        var page = ChannelService.StatusPage(tokenFile: "/token", page: "page1")
        page.baseURL = service.url
        page.components = ["comp1"]
        return Self(name: name, service: .statusPage(page), filter: NoticeFilter(severities: [.page]))
    }

    static func commits(_ service: FakeService, _ provider: ChannelService.CommitStatus.Provider) -> Self {
        Self(
            name: "commits",
            service: .commitStatus(.init(provider: provider, repository: "nova/deploy", tokenFile: "/token", baseURL: service.url)))
    }

    static func webhook(_ service: FakeService, _ name: String = "bus") -> Self {
        Self(name: name, service: .webhook(.init(address: .url(service.url + "/hook?x=1"), secretFile: "/secret")))
    }
}

extension Notice.Incident {
    static let opensOne = Notice.Incident.opens(key: "slipway/production")
    static let endsOne = Notice.Incident.resolves(key: "slipway/production")
}
