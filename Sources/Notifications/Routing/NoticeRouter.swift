package import Delivery
package import Journal
internal import Manifests

/// Decides who is told. Pure.
package struct NoticeRouter: Sendable {
    let configuration: NotificationsConfiguration

    package init(_ configuration: NotificationsConfiguration) { self.configuration = configuration }

    /// - Parameter incident: the one that the notice opens, goes on with or ends, as it stands.
    package func route(_ notice: Notice, incident: OpenIncident?, at now: Timestamp) -> NoticeRouting {
        var names = Set(configuration.channels.filter { !$0.isForEscalationOnly && $0.filter.lets(notice) }.map(\.name))
        var reached: Set<Int> = []
        switch notice.incident {
        case .opens?:
            guard let incident else { break }
            let due = dueLevels(of: incident, at: now)
            reached = Set(due.map(\.number))
            for level in configuration.escalation where reached.contains(level.number) || incident.levels.contains(level.number) {
                names.formUnion(level.channels)
            }
        case .resolves?:
            // Who was told of the beginning is told of the end, and who pages was told or has nothing to end.
            let told = incident?.told ?? []
            names = names.filter { name in told.contains(name) || !(channel(name)?.service.tellsIncidentsOnly ?? false) }
            names.formUnion(told)
        case nil: break
        }
        return NoticeRouting(targets: targets(names, notice), levels: reached)
    }

    /// The levels that an incident has come to by its age and severity and has not been taken to yet, lowest first.
    package func dueLevels(of incident: OpenIncident, at now: Timestamp) -> [NotificationsConfiguration.EscalationLevel] {
        waitingLevels(of: incident).filter { incident.openedAt + $0.after <= now }
    }

    /// When the next level of an incident is due; `nil` when it has come to all.
    package func nextEscalation(of incident: OpenIncident) -> Timestamp? {
        waitingLevels(of: incident).map { incident.openedAt + $0.after }.min()
    }

    /// What the channels of a level are told of an incident that has become old enough.
    package func escalation(
        of incident: OpenIncident, to level: NotificationsConfiguration.EscalationLevel, at now: Timestamp
    ) -> (notice: Notice, targets: [NoticeDelivery.Target]) {
        var notice = incident.last
        let minutes = max(0, (now - incident.openedAt).components.seconds) / 60
        notice.severity = incident.severity
        notice.incident = .opens(key: incident.key)
        notice.text = "Escalated to level \(level.number), open for \(minutes) min: \(incident.last.text)"
        // The first notice tells this incident from an earlier one of the same key.
        notice.dedupeKey = "escalation-\(incident.key)-\(incident.firstNotice)-\(level.number)"
        notice.at = now
        return (notice, targets(Set(level.channels), notice))
    }

    private func waitingLevels(of incident: OpenIncident) -> [NotificationsConfiguration.EscalationLevel] {
        configuration.escalation.filter { level in
            !incident.levels.contains(level.number) && level.filter.lets(severity: incident.severity, environment: incident.environment)
        }
    }

    private func targets(_ names: Set<String>, _ notice: Notice) -> [NoticeDelivery.Target] {
        configuration.channels.filter { names.contains($0.name) && $0.service.canTell(notice) }.map {
            NoticeDelivery.Target(channel: $0.name, slot: $0.service.slot(of: notice))
        }
    }

    private func channel(_ name: String) -> NotificationsConfiguration.Channel? { configuration.channels.first { $0.name == name } }
}
