import Delivery
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The picture in docs/rooms/Delivery.md is what the code does. `SLIPWAY_RECORD=1` writes it again.
@Suite struct PictureTests {
    private static let page = "docs/rooms/Delivery.md"

    /// Every way from one phase to another, found by trying, with the events that lead there.
    private func picture() -> String {
        var events: [String: [String]] = [:]
        for (row, policy) in TransitionTableTests.table.flatMap({ row in [0, 1].map { (row, Samples.policy(steps: $0)) } }) {
            let release = row.from.release
            for event in Samples.events {
                guard
                    let next = try? release.after(event, in: row.from.environment, policy: policy, at: Samples.now).releases.first,
                    next.phase != release.phase
                else { continue }
                let way = "\(release.phase.rawValue) --> \(next.phase.rawValue)"
                if events[way]?.contains(event.name) == true { continue }
                let who = release.kind == .rollback ? "\(event.name) (rollback by hand)" : event.name
                if events[way]?.contains(who) != true { events[way, default: []].append(who) }
            }
        }
        let order = ReleasePhase.allCases.flatMap { from in ReleasePhase.allCases.map { "\(from.rawValue) --> \($0.rawValue)" } }
        let isEnd = { (way: String) in way.hasSuffix("superseded") || way.hasSuffix("cancelled") }
        let lines = order.filter { events[$0] != nil && !isEnd($0) }.map { "    \($0): \((events[$0] ?? []).joined(separator: ", "))" }
        return (["```mermaid", "stateDiagram-v2", "    [*] --> queued"] + lines + ["```"]).joined(separator: "\n")
    }

    @Test func thePictureIsWhatTheCodeDoes() throws {
        var text = try RepositoryFile.read(Self.page)
        let start = try #require(text.firstRange(of: "```mermaid"))
        let end = try #require(text[start.upperBound...].firstRange(of: "```"))
        if getenv("SLIPWAY_RECORD") != nil {
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: picture())
            try RepositoryFile.write(Self.page, text)
        } else {
            #expect(String(text[start.lowerBound..<end.upperBound]) == picture())
        }
    }
}
