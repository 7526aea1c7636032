internal import Manifests
internal import Observability

/// `slipway status` as a person reads it: a row an environment, then what needs words.
enum StatusTable {
    static func render(_ document: Value) -> String {
        let now = document["at"]?.string
        let environments = document["environments"]?.array ?? []
        var table = Table(["ENVIRONMENT", "REVISION", "SUBJECT", "AUTHOR", "PHASE", "HEALTH", "HOLD", "SINCE"])
        for environment in environments { table.add(row(environment, now: now)) }
        var lines = [repository(document["repository"] ?? [:], now: now)]
        if document["controller"]?.string != "running" { lines.append("controller is not running") }
        if let notice = document["repository", "notice"]?.string { lines.append(Terminal.paint("  \(Terminal.harmless(notice))", .yellow)) }
        if let line = notifications(document["notifications"]) { lines.append(line) }
        lines.append("")
        lines.append(environments.isEmpty ? "no environment has been seen yet" : table.render())
        let remarks = environments.flatMap { notes(of: $0) }
        if !remarks.isEmpty { lines += [""] + remarks }
        return lines.joined(separator: "\n")
    }

    private static func repository(_ repository: Value, now: String?) -> String {
        guard let url = repository["url"]?.string, !url.isEmpty else { return "repository: see the controller's configuration" }
        let branch = repository["branch"]?.string ?? ""
        if let problem = repository["problem"]?.string {
            return "repository \(url) (\(branch)): \(Terminal.paint(Terminal.harmless(problem), .red))"
        }
        let head = repository["head"]?["short"]?.string.map { " at \($0) \"\(repository["head"]?["subject"]?.string ?? "")\"" } ?? ""
        return Terminal.harmless("repository \(url) (\(branch))\(head), looked at \(age(repository["lastSync"]?.string, now: now)) ago")
    }

    /// A line when notifications were given up, or have been waiting for more than a minute.
    private static func notifications(_ notifications: Value?) -> String? {
        let dead = notifications?["dead"]?.integer ?? 0
        let waiting = notifications?["oldestPendingSeconds"]?.integer ?? 0
        guard dead > 0 || waiting > 60 else { return nil }
        let channels = (notifications?["channels"]?.array ?? []).filter { ($0["dead"]?.integer ?? 0) + ($0["pending"]?.integer ?? 0) > 0 }
        let names = channels.compactMap { $0["name"]?.string }.joined(separator: ", ")
        let pending = notifications?["pending"]?.integer ?? 0
        let text = "notifications (\(names)): \(dead) given up, \(pending) waiting. Look: slipway outbox"
        return Terminal.paint(Terminal.harmless(text), dead > 0 ? .red : .yellow)
    }

    private static func row(_ environment: Value, now: String?) -> [String] {
        let release = environment["release"]
        let isMoving = release.map { !ended.contains($0["phase"]?.string ?? "") } ?? false
        let shown = isMoving ? release?["revision"] : environment["verified"] ?? release?["revision"]
        return [
            environment["name"]?.string ?? "", shown?["short"]?.string ?? "-", clipped(shown?["subject"]?.string ?? "-", 40),
            clipped(shown?["author"]?.string ?? "-", 20), phase(release), environment["health"]?.string ?? "-",
            environment["hold"] != nil ? "HELD" : environment["freeze"] != nil ? "FROZEN" : "-", age(release?["since"]?.string, now: now),
        ]
    }

    /// With the step of a rollout: `stepping 2/3 50%`.
    private static func phase(_ release: Value?) -> String {
        let phase = release?["phase"]?.string ?? "-"
        guard let step = release?["step"]?.integer, let steps = release?["steps"]?.integer else { return phase }
        return "\(phase) \(step)/\(steps) \(release?["weight"]?.integer ?? 0)%"
    }

    private static let ended: Set<String> = ["verified", "rolledBack", "rollbackFailed", "failed", "superseded", "cancelled"]

    private static func notes(of environment: Value) -> [String] {
        let name = environment["name"]?.string ?? ""
        var lines: [String] = []
        func add(_ text: String, _ colour: Terminal.Colour) {
            lines.append(Terminal.paint("  \(name): \(Terminal.harmless(text))", colour))
        }
        if let hold = environment["hold"] {
            let end = hold["until"]?.string.map { " until \($0)" } ?? ""
            add("HELD\(end) by \(hold["by"]?.string ?? ""): \(hold["reason"]?.string ?? ""). Lift: slipway resume \(name)", .yellow)
        }
        if let line = revert(environment["hold"]?["revert"], of: name) { add(line.text, line.colour) }
        if let freeze = environment["freeze"] {
            let end = freeze["until"]?.string.map { " until \($0)" } ?? ""
            add("FROZEN\(end) by \(freeze["by"]?.string ?? ""): \(freeze["reason"]?.string ?? ""). Lift: slipway thaw \(name)", .yellow)
        }
        switch environment["leadership"]?["state"]?.string {
        case "standby": add("STANDBY: \(environment["leadership"]?["holder"]?.string ?? "") leads", .yellow)
        case "unknown": add("NOT LEADING: \(environment["leadership"]?["message"]?.string ?? "")", .red)
        case "leading": add("led by \(environment["leadership"]?["holder"]?.string ?? "")", .grey)
        default: break
        }
        if let problem = environment["problem"]?.string { add("newest revision is left out: \(problem)", .red) }
        if let drift = environment["drift"]?.string { add("DRIFT: \(drift)", .yellow) }
        if let message = environment["healthMessage"]?.string { add(message, .yellow) }
        if let waits = environment["release"]?["waitsFor"]?.string {
            add("\(waits)", .blue)
        } else if let note = environment["note"]?.string, !note.isEmpty, note != "up to date" {
            add(note, .grey)
        }
        if let failure = environment["release"]?["failure"]?["message"]?.string {
            add("release \(environment["release"]?["id"]?.integer ?? 0): \(failure)", .red)
        }
        return lines
    }

    /// Where the commit of a rollback stands.
    private static func revert(_ revert: Value?, of name: String) -> (text: String, colour: Terminal.Colour)? {
        let again = "slipway revert \(revert?["group"]?.string.map { "\($0) --group" } ?? name)"
        return switch revert?["step"]?.string {
        case "asked" where revert?["lastError"] != nil:
            (
                "the rollback is not committed yet, \(revert?["attempts"]?.integer ?? 0) tries: \(revert?["lastError"]?.string ?? ""). It is tried again at \(revert?["nextAttemptAt"]?.string ?? ""); at once: \(again)",
                .yellow
            )
        case "asked": ("the rollback is committed to the branch when it is verified", .grey)
        case "pushed":
            (
                "commit \(revert?["commit"]?.string?.prefix(10) ?? "") brings the branch back; the hold ends when that comes to \(name)",
                .blue
            )
        case "failed": ("NOT COMMITTED: \(revert?["message"]?.string ?? ""). Again: \(again)", .red)
        default: nil
        }
    }

    private static func clipped(_ text: String, _ length: Int) -> String { text.count > length ? text.prefix(length - 1) + "~" : text }

    /// Whole seconds, minutes, hours or days between two RFC 3339 times.
    static func age(_ from: String?, now: String?) -> String {
        guard let from, let now, let start = RFC3339.unixMilliseconds(from: from), let end = RFC3339.unixMilliseconds(from: now) else {
            return "-"
        }
        let seconds = max(0, (end - start) / 1000)
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
