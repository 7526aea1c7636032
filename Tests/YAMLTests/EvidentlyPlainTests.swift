import TestSupport
import Testing

@testable import YAML

@Suite("The quick way to write a text")
struct EvidentlyPlainTests {
    /// It may miss texts that need no quotes, but it may never leave out quotes that the exact rules give.
    @Test(arguments: 0..<20) func agreesWithTheExactRules(_ seed: UInt64) {
        var random = RandomValue(seed: seed)
        var generator = SeededGenerator(seed: seed)
        let letters = Array("yYnNoOtTfFeEsSlLuUrRaAx09.-_/:@ ")
        for _ in 0..<500 {
            let word = String((0..<Int.random(in: 0...7, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "x" })
            for text in [random.string(), word] where ScalarText.isEvidentlyPlain(text) {
                #expect(ScalarText.quoted(text) == text)
            }
        }
    }

    @Test(arguments: ["name", "app", "registry.example:5000/web:1.0", "apps/v1", "Deployment", "a@sha256:0f"])
    func takesWhatManifestsAreFullOf(_ text: String) { #expect(ScalarText.isEvidentlyPlain(text)) }

    @Test(arguments: ["", "y", "Yes", "NULL", "true", "Off", "a:", "1a", "-a", "a b", "é", "a#"])
    func leavesTheRest(_ text: String) { #expect(!ScalarText.isEvidentlyPlain(text)) }
}
