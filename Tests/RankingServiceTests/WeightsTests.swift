import RankingModel
import Synchronization
import TestSupport
import Testing

@testable import RankingService

@Suite struct WeightsTests {
    private func message(_ files: [String: String]) throws -> String? {
        let folder = try TemporaryFolder()
        let weights = try WeightsFolder(path: folder.file("w"), files)
        do {
            _ = try WeightsDirectory(path: weights.path).read()
            return nil
        } catch {
            #expect(error.exitCode == 78)
            return error.message.replacing(weights.path, with: "DIR")
        }
    }

    @Test func `a mounted ConfigMap is read`() throws {
        let folder = try TemporaryFolder()
        var files = WeightsFolder.standard
        files["weights.json"] = #"{"freshness":15,"completion":40,"engagement":25.0,"affinity":15,"deepLearning":5}"#
        let weights = try WeightsFolder(path: folder.file("w"), files)
        let snapshot = try WeightsDirectory(path: weights.path).read()
        #expect(snapshot.weights == .standard)
        #expect(snapshot.version == "2df0dc68cffe")
    }

    @Test func `a plain directory and a lone weights.json do as well`() throws {
        let folder = try TemporaryFolder()
        for (name, text) in WeightsFolder.freshOnly { try folder.write(text + "\n", to: "plain/\(name)") }
        #expect(try WeightsDirectory(path: folder.file("plain")).read().weights.freshness == Percent(100))
        try folder.write(
            #"{"weights":{"freshness":0.5,"completion":99.5,"engagement":0,"affinity":0,"deepLearning":0}}"#, to: "json/weights.json")
        #expect(try WeightsDirectory(path: folder.file("json")).read().weights.completion == Percent(hundredths: 9950))
    }

    @Test func `every way to be wrong has its words`() throws {
        #expect(
            try message([:])
                == "there are no ranking weights in DIR; mount the ConfigMap ranking-weights there or set RANKING_WEIGHTS_DIR")
        var files = WeightsFolder.standard
        files["completion"] = "45"
        #expect(try message(files) == "DIR: ranking weights add up to 105; they must add up to exactly 100")
        files["completion"] = nil
        #expect(try message(files) == "DIR: ranking weights are incomplete: completion missing; all five must be given")
        files["completion"] = String(repeating: "4", count: 300)
        #expect(try message(files) == "cannot read the ranking weight DIR/completion: it is longer than 256 bytes")
        files = WeightsFolder.standard
        files["weights.json"] = "{"
        #expect(try message(files)?.hasPrefix("DIR/weights.json is not JSON: ") == true)
        files["weights.json"] = "[1]"
        #expect(try message(files) == "DIR/weights.json must be a JSON object with the five weights")
        files["weights.json"] = #"{"freshness":20,"completion":35,"engagement":25,"affinity":15,"deepLearning":5}"#
        #expect(
            try message(files)
                == "the ranking weights in DIR contradict weights.json beside them; change both, or take weights.json away")
        files["weights.json"] = #"{"freshness":true,"completion":35,"engagement":25,"affinity":15,"deepLearning":5}"#
        #expect(try message(files)?.contains("ranking weight freshness is not a percentage: \"true\"") == true)
    }

    @Test func `a file that cannot be read is an error and not a missing weight`() throws {
        let folder = try TemporaryFolder()
        try Files.makeFolder(folder.file("w/freshness"))
        let error = #expect(throws: ServiceError.self) { try WeightsDirectory(path: folder.file("w")).read() }
        #expect(error?.message.contains("/w/freshness: Is a directory") == true)
    }

    @Test func `a set is never made of two`() throws {
        // The link turns after the third file was read, once.
        let reads = Mutex(0)
        let turned = Mutex(false)
        let reader = FileReader(
            linkTarget: { _ in turned.withLock { $0 } ? "..2" : "..1" },
            contents: { path, _ in
                let count = reads.withLock { reads -> Int in
                    reads += 1
                    return reads
                }
                if count == 3 { turned.withLock { $0 = true } }
                let name = String(path.split(separator: "/").last ?? "")
                let set = path.contains("/..2/") ? WeightsFolder.freshOnly : WeightsFolder.standard
                return set[name].map { .text($0) } ?? .missing
            })
        #expect(try WeightsDirectory(path: "/w", files: reader).read().weights.freshness == Percent(100))
    }

    @Test func `a link that never rests is an error and not an endless loop`() {
        let turns = Mutex(0)
        let reader = FileReader(
            linkTarget: { _ in
                turns.withLock { turns in
                    turns += 1
                    return "..\(turns)"
                }
            }, contents: { _, _ in .text("20") })
        let error = #expect(throws: ServiceError.self) { try WeightsDirectory(path: "/w", files: reader).read() }
        #expect(error?.message.contains("change while they are read") == true)
    }

    @Test func `the store goes from good to bad to good and says each once`() throws {
        let folder = try TemporaryFolder()
        let weights = try WeightsFolder(path: folder.file("w"))
        let store = try WeightsStore(path: weights.path)
        let first = store.current
        #expect(store.poll() == .unchanged)
        try weights.turn(to: "..2", ["freshness": "1"])
        guard case .rejected(let reason) = store.poll() else { throw TestFailure(description: "bad weights were taken") }
        #expect(reason.contains("incomplete"))
        #expect(store.poll() == .unchanged)
        #expect(store.current == first)
        #expect(store.rejection == reason)
        try weights.turn(to: "..3", WeightsFolder.freshOnly)
        #expect(store.poll() == .replaced(store.current))
        #expect(store.rejection == nil)
        #expect(store.current.weights.freshness == Percent(100))
        #expect(store.poll() == .unchanged)
        // The same bad set again is news again.
        try weights.turn(to: "..4", ["freshness": "1"])
        guard case .rejected = store.poll() else { throw TestFailure(description: "bad weights were taken") }
        // Back to exactly what is in use: the service is whole again.
        try weights.turn(to: "..5", WeightsFolder.freshOnly)
        #expect(store.poll() == .replaced(store.current))
        try Files.remove(weights.path)
        guard case .rejected = store.poll() else { throw TestFailure(description: "nothing was taken for weights") }
        #expect(store.current.weights.freshness == Percent(100))
    }

    @Test func `without weights there is no service`() {
        #expect(throws: ServiceError.self) { try WeightsStore(path: "/does/not/exist") }
    }
}
