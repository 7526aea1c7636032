import Manifests
import TestSupport
import Testing
import YAML

@Suite("What is written reads back")
struct YAMLRoundTripTests {
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func randomValues(_ seed: UInt64) throws {
        var random = RandomValue(seed: seed)
        for _ in 0..<400 {
            let value = random.value()
            let text = YAML.emit(value)
            do {
                let documents = try YAML.parse(text, file: "emitted")
                #expect(documents.map(\.value) == [value], "seed \(seed):\n\(text)")
                if documents.map(\.value) != [value] { return }
            } catch {
                Issue.record("seed \(seed): \(error)\n\(text)")
                return
            }
        }
    }

    @Test func documentsStayApart() throws {
        var random = RandomValue(seed: 99)
        let values = (0..<50).map { _ in random.object() }
        #expect(try YAML.parse(YAML.emit(documents: values), file: "emitted").map(\.value) == values)
    }
}
