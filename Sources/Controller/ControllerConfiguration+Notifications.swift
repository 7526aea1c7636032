internal import Delivery
internal import HTTPTransport
internal import Manifests
internal import Notifications

extension NotificationsConfiguration {
    /// The part `notifications` of the controller's configuration.
    ///
    /// - Parameter absolute: makes a path of the file absolute.
    static func decode(_ reader: StrictReader, _ absolute: @escaping (String?) -> String?) -> NotificationsConfiguration {
        var configuration = NotificationsConfiguration()
        configuration.channels = reader.objects("channels") { channel($0, absolute) }
        refuse(reader, "channels", count: configuration.channels.count, limit: NotificationLimits.channels)
        var names: Set<String> = []
        for channel in configuration.channels where !names.insert(channel.name).inserted {
            reader.reject("channels", "has two channels with the name \"\(channel.name)\"")
        }
        configuration.escalation = reader.objects("escalation") { level($0, known: configuration.channels.map(\.name)) }
        refuse(reader, "escalation", count: configuration.escalation.count, limit: NotificationLimits.levels)
        let numbers = configuration.escalation.map(\.number)
        if numbers != Array(numbers.indices.map { $0 + 1 }) {
            reader.reject("escalation", "must list its levels from 1 on, each once and in order, not \(numbers)")
        }
        if zip(configuration.escalation, configuration.escalation.dropFirst()).contains(where: { $0.after > $1.after }) {
            reader.reject("escalation", "has a level that comes earlier than the one before it; after must not fall")
        }
        let escalated = Set(configuration.escalation.flatMap(\.channels))
        for index in configuration.channels.indices where escalated.contains(configuration.channels[index].name) {
            configuration.channels[index].isForEscalationOnly = configuration.channels[index].filter == NoticeFilter()
        }
        for index in configuration.channels.indices { configuration.channels[index].applyUsualSeverities() }
        return configuration
    }

    private static func channel(_ reader: StrictReader, _ absolute: @escaping (String?) -> String?) -> Channel? {
        let name = reader.requiredString("name")
        let filter = filter(reader, withEvents: true)
        let template = reader.template("template")
        let caFile = absolute(reader.nonEmptyString("caFile"))
        let timeout = reader.duration("timeout", in: NotificationLimits.timeout, default: NotificationLimits.defaultTimeout)
        let attempts = reader.integer("attempts", in: NotificationLimits.attempts, default: NotificationLimits.defaultAttempts)
        let services = ChannelServiceReader(absolute: absolute).services(reader)
        guard services.count == 1 else {
            if reader.errors.isEmpty || services.count > 1 {
                reader.reject(nil, "needs exactly one of \(ChannelServiceReader.keys.joined(separator: ", "))")
            }
            return nil
        }
        guard let name, let service = services[0] else { return nil }
        if name.count > 60 || !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) {
            reader.reject("name", "must be at most 60 letters, digits, \"-\", \"_\" or \".\"")
        }
        var channel = Channel(name: name, service: service, filter: filter)
        channel.template = template
        channel.caFile = caFile
        channel.timeout = timeout
        channel.attempts = attempts
        return channel
    }

    private static func level(_ reader: StrictReader, known: [String]) -> EscalationLevel? {
        let number = reader.requiredInteger("level", in: 1...NotificationLimits.levels)
        let after = reader.duration("after", in: NotificationLimits.escalateAfter, default: .zero)
        let filter = filter(reader, withEvents: false)
        let channels = reader.strings("channels")
        if channels.isEmpty { reader.reject("channels", "needs at least one channel") }
        for channel in channels where !known.contains(channel) {
            let near = NearestName.suggestion(for: channel, among: known).map { "did you mean \"\($0)\"?" }
            let all = known.isEmpty ? "there is none" : "there is: \(known.joined(separator: ", "))"
            reader.reject("channels", "names \"\(channel)\", which is no channel; \(near ?? all)")
        }
        return number.map { EscalationLevel(number: $0, after: after, channels: channels, filter: filter) }
    }

    private static func filter(_ reader: StrictReader, withEvents: Bool) -> NoticeFilter {
        NoticeFilter(
            events: withEvents ? reader.choices("events") : [], severities: reader.choices("severities"),
            environments: reader.strings("environments"))
    }

    private static func refuse(_ reader: StrictReader, _ key: String, count: Int, limit: Int) {
        if count > limit { reader.reject(key, "has \(count) entries; at most \(limit) are allowed") }
    }
}

extension NotificationsConfiguration.Channel {
    /// Nobody is woken, and no public page changed, by what is not a page, unless the operator says so.
    fileprivate mutating func applyUsualSeverities() {
        guard filter.severities.isEmpty, !isForEscalationOnly else { return }
        switch service {
        case .pagerDuty, .statusPage: filter.severities = [.page]
        case .slack, .commitStatus, .webhook: break
        }
    }
}

extension StrictReader {
    /// A list of an enum's raw values; absent is empty.
    func choices<Choice: RawRepresentable & CaseIterable & Hashable>(_ key: String) -> Set<Choice> where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        return Set(
            strings(key).compactMap { word in
                if let choice = Choice(rawValue: word) { return choice }
                let near = NearestName.suggestion(for: word, among: known).map { "did you mean \"\($0)\"?" }
                reject(key, "names \"\(word.prefix(60))\"; \(near ?? "known are \(known.joined(separator: ", "))")")
                return nil
            })
    }

    func template(_ key: String) -> MessageTemplate? {
        guard let text = nonEmptyString(key) else { return nil }
        do throws(MessageTemplate.Defect) {
            return try MessageTemplate(text)
        } catch {
            reject(key, error.description)
            return nil
        }
    }
}
