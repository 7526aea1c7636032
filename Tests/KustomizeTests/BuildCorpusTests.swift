import TestSupport
import Testing

/// What the fuzzer of the builder found worth keeping. See `Fuzzing/README.md`.
@Suite("The fuzzer's inputs: trees")
struct BuildCorpusTests {
    @Test func renderedTheSameTwiceOrRefusedWithAPlace() throws {
        let folder = Conformance.packageRoot + "/Fuzzing/Corpus/build"
        let names = try Files.list(folder)
        #expect(names.count > 3)
        for name in names {
            let bytes = try Files.read(folder + "/" + name)
            if let problem = TreeCheck.problem(bytes, yaml: .standard) { Issue.record("\(name): \(problem)") }
        }
    }
}
