import TestSupport
import Testing

/// What the fuzzer of the YAML reader found worth keeping, among it every input that it ever found wrong. See `Fuzzing/README.md`.
@Suite("The fuzzer's inputs: YAML")
struct YAMLCorpusTests {
    @Test func readBackOrRefusedWithAPlace() throws {
        let folder = Conformance.packageRoot + "/Fuzzing/Corpus/yaml"
        let names = try Files.list(folder)
        #expect(names.count > 10)
        for name in names {
            if let problem = RoundTripCheck.problem(try Files.read(folder + "/" + name)) { Issue.record("\(name): \(problem)") }
        }
    }
}
