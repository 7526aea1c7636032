import Manifests
import Testing
import YAML

@Suite struct LenientTests {
    private static func read(_ text: String) -> (documents: [Value], places: [String]) {
        let (documents, problems) = YAML.lenientlyParsed(Array(text.utf8), file: "f")
        return (documents.filter { !$0.isNull }, problems.map { "\($0.position)" })
    }

    @Test func readingGoesOnAtTheNextDocument() {
        let (documents, places) = Self.read("a: 1\n---\nb: [1\n---\nc: 3\n---\nd: {x\n---\ne: 5\n")
        #expect(places == ["f:4:1", "f:8:1"])
        #expect(documents == [["a": 1], ["c": 3], ["e": 5]])
    }

    @Test func aDuplicateKeyIsOneProblem() {
        let (documents, places) = Self.read("a: 1\na: 2\n---\nb: 1\n")
        #expect(places == ["f:2:1"])
        #expect(documents == [["b": 1]])
    }

    @Test func aGoodTextHasNone() {
        #expect(Self.read("a: 1\n---\nb: |\n  --- x\n").places == [])
        #expect(Self.read("").documents == [])
    }

    @Test func problemsAreBounded() {
        let text = String(repeating: "---\na: [\n", count: 500)
        #expect(Self.read(text).places.count == 20)
    }
}
