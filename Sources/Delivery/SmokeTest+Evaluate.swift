import Manifests

/// Whether an answer was right.
package enum StepVerdict: Sendable, Hashable {
    case pass
    /// Everything that was wrong, as an operator reads it. It quotes the answer shortly; whoever shows it redacts it.
    case fail(reason: String)
}

extension SmokeStep {
    /// Compares an answer with what is expected. Pure: the same answer gives the same verdict.
    ///
    /// - Parameters:
    ///   - headers: for the verdicts of later versions; nothing is asserted of them today.
    ///   - elapsed: from sending the request to the end of the answer.
    package func evaluate(status: Int, headers: [Header] = [], body: [UInt8], elapsed: Duration) -> StepVerdict {
        var faults: [String] = []
        if !expect.status.contains(where: { $0.codes.contains(status) }) {
            let wanted = expect.status.map(\.description).joined(separator: " or ")
            faults.append("answered \(status), expected \(wanted)\(Self.quoted(body))")
        } else if !expect.json.isEmpty {
            faults += jsonFaults(body)
        }
        let milliseconds = elapsed.wholeMilliseconds
        if let limit = expect.latencyMilliseconds, milliseconds > Int64(limit) {
            faults.append("took \(milliseconds) ms, expected at most \(limit) ms")
        }
        if faults.isEmpty { return .pass }
        return .fail(reason: "\(what) \(faults.joined(separator: "; "))")
    }

    /// The request in words, for messages of the caller about answers that never came.
    package var what: String { "\(request.method.rawValue) \(request.destination)\(request.path)" }

    private func jsonFaults(_ body: [UInt8]) -> [String] {
        do {
            let answer = try JSON.parse(body)
            return expect.json.compactMap { $0.fault(in: answer) }
        } catch {
            return ["answered something that is not JSON (\(error.message))\(Self.quoted(body))"]
        }
    }

    /// The beginning of a body on one line, in at most 160 bytes of printable text.
    private static func quoted(_ body: [UInt8]) -> String {
        let start = String(decoding: body.prefix(160), as: UTF8.self)
        let line = start.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let printable = String(line.unicodeScalars.filter { $0.properties.generalCategory != .control })
        if printable.isEmpty { return ", with an empty body" }
        return ", body begins: \(printable)\(body.count > 160 ? "…" : "")"
    }
}

extension SmokeStep.Assertion {
    /// What is wrong, or `nil`.
    fileprivate func fault(in answer: Value) -> String? {
        let place = path.isEmpty ? "the answer" : path
        let found: Value?
        do {
            found = try JSONPointer(path).value(in: answer)
        } catch {
            return "\(place) is not a JSON pointer"
        }
        switch rule {
        case .exists(let wanted):
            if wanted == (found != nil) { return nil }
            return wanted ? "\(place) is missing" : "\(place) is there and should not be: \(Self.shown(found))"
        case .equals(let wanted):
            guard let found else { return "\(place) is missing, expected \(Self.shown(wanted))" }
            return SemanticDiff.equal(found, wanted) ? nil : "\(place) is \(Self.shown(found)), expected \(Self.shown(wanted))"
        case .within(let atLeast, let atMost):
            guard let number = found?.number else { return "\(place) is \(Self.shown(found)), expected a number" }
            if let atLeast, number < atLeast {
                return "\(place) is \(Self.shown(found)), expected at least \(Self.shown(.double(atLeast)))"
            }
            if let atMost, number > atMost { return "\(place) is \(Self.shown(found)), expected at most \(Self.shown(.double(atMost)))" }
            return nil
        }
    }

    private static func shown(_ value: Value?) -> String {
        guard let value else { return "missing" }
        let text = JSON.string(value)
        return text.count > 80 ? text.prefix(80) + "…" : text
    }
}
