import Manifests
import TestSupport
import Testing
import YAML

@Suite("Noise")
struct YAMLNoiseTests {
    /// Real manifests with bytes changed, dropped and doubled: each is read or refused with a position in the text; nothing traps or hangs.
    @Test(arguments: [31, 32] as [UInt64])
    func changedManifests(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let runs = try Conformance.cases("manifests")
        for _ in 0..<150 {
            guard let run = runs.randomElement(using: &random) else { return }
            var bytes = Array(try run.bytes("manifest.yaml").prefix(4000))
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert("{}[]&*!|>'\"%@:-#?,\t\n ".utf8.randomElement(using: &random) ?? 0, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
                }
            }
            let lines = bytes.count { $0 == 0x0A } + 2
            do throws(YAMLError) {
                let documents = try YAML.parse(bytes, file: "f")
                for document in documents { _ = YAML.emit(document.value) }
            } catch {
                #expect((1...lines).contains(error.position.line), "seed \(seed): \(error)")
            }
            _ = YAML.position(of: [.key("spec"), .key("template")], document: 0, in: bytes, file: "f")
            _ = try? JSON.parse(bytes)
        }
    }
}
