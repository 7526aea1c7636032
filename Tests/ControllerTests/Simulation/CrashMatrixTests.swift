import Delivery
import Testing

/// Each story, ended by a kill before and after every write of its Journal, and gone on from there: it ends as if nothing had happened.
///
/// As on a real machine: what goes on is what the disk holds at that moment. The same for a second kill after the first.
@Suite(.timeLimit(.minutes(10))) struct CrashMatrixTests {
    @Test(arguments: CrashStory.all)
    func `killed at any write it ends the same`(_ story: CrashStory) async throws {
        let beginning = try await story.beginning()
        defer { beginning.forget() }
        let album = Album()
        let undisturbed = try await story.end(from: beginning, into: album)
        #expect(album.problems == [])
        for (name, phases) in story.ends {
            let releases = undisturbed.filter { $0.hasPrefix("\(name): release ") }.dropFirst()
            #expect(releases.compactMap { $0.split(separator: " ").dropFirst(4).first.map(String.init) } == phases.map(\.rawValue))
        }
        #expect(!undisturbed.contains { $0.contains(" beside ") || $0.contains("against the rules") }, "\(undisturbed)")
        #expect(undisturbed.allSatisfy { $0.contains(": ") }, "\(undisturbed)")
        let moments = album.snapshots
        defer { for moment in moments { moment.forget() } }
        #expect(moments.count >= 12)
        for (index, moment) in moments.enumerated() {
            // One life is ended once more, at each third of its own moments.
            let again = index == moments.count / 2 ? Album() : nil
            let end = try await story.end(from: moment, into: again)
            #expect(Self.difference(end, undisturbed) == [], "killed \(moment.moment)")
            for (index, second) in (again?.snapshots ?? []).enumerated() {
                if index % 3 == 0 {
                    let end = try await story.end(from: second)
                    #expect(Self.difference(end, undisturbed) == [], "killed \(moment.moment), and again \(second.moment)")
                }
                second.forget()
            }
        }
    }

    private static func difference(_ lines: [String], _ expected: [String]) -> [String] {
        lines.difference(from: expected).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }
}
