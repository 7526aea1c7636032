internal import Delivery
internal import Git

/// What the commit says of itself, with trailers as git-interpret-trailers(1) reads them.
struct RevertMessage: Sendable {
    let text: String

    init(_ order: RevertMaker.Order, head: CommitID, paths: [String], others: [String]) {
        let revert = order.revert
        let reason = Self.line(revert.reason)
        let targets = Set(order.requests.map(\.target.short))
        let target = targets.count == 1 ? targets.first : nil
        let subject = revert.group.map { "group \(Self.line($0.name)) (\(order.list))" } ?? order.list
        var lines = ["Roll back \(subject)\(target.map { " to \($0)" } ?? "")", ""]
        let verb = order.requests.count == 1 ? "was" : "were"
        lines += ["\(order.list) \(verb) rolled back by \(Self.line(revert.by.name)): \(reason.isEmpty ? "no reason given" : reason)", ""]
        lines += [target.map { "Their files are as in \($0) again:" } ?? "Their files are as in what runs again:", ""]
        if order.requests.count == 1, let target { lines[lines.count - 2] = "Its files are as in \(target) again:" }
        lines += paths.prefix(Limits.listedPaths).map { "- \(Self.line($0))" }
        if paths.count > Limits.listedPaths { lines.append("- and \(paths.count - Limits.listedPaths) more") }
        lines.append("")
        for request in order.requests {
            lines.append("Slipway-Environment: \(request.environment)")
            if let release = request.release { lines.append("Slipway-Release: \(release)") }
            lines.append("Slipway-From: \(request.from?.id ?? head.text)")
            lines.append("Slipway-To: \(request.target.id)")
        }
        lines.append("Slipway-Actor: \(revert.by.source.rawValue):\(Self.line(revert.by.name))")
        if !reason.isEmpty { lines.append("Slipway-Reason: \(reason)") }
        if !others.isEmpty { lines.append("Slipway-Also-Changes: \(others.joined(separator: ", "))") }
        text = lines.joined(separator: "\n") + "\n"
    }

    /// A person's words on one line: they cannot add a trailer.
    static func line(_ text: String) -> String {
        let plain = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
                ? " " : Character(scalar)
        }
        return String(plain).split(separator: " ").joined(separator: " ")
    }
}
