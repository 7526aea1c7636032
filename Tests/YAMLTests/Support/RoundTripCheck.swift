import Manifests
package import YAML

/// What holds for any bytes that are given to the YAML reader. Used by the tests and by the fuzzer.
package enum RoundTripCheck {
    /// Small, so that a fuzzer does not spend its time on what limits are for.
    package static let limits = YAMLLimits(bytes: 1 << 16, depth: 100, nodes: 20_000, documents: 100)

    /// What is wrong, or `nil`.
    package static func problem(_ bytes: [UInt8]) -> String? {
        let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
        let documents: [YAMLDocument]
        do throws(YAMLError) {
            documents = try YAML.parse(bytes, file: "input", limits: limits)
        } catch {
            // U+0085, U+2028 and U+2029 also end lines, and in UTF-16 bytes are no characters.
            let places = lines + bytes.count
            if (1...places).contains(error.position.line), error.position.column >= 1, !error.message.isEmpty { return nil }
            return "the place of the error is not in the text: \(error)"
        }
        for document in documents {
            _ = YAML.position(of: [.key("a"), .index(1), .key("b")], document: document.index, in: bytes, file: "input")
            if let problem = problem(document.value) { return problem }
        }
        let values = documents.map(\.value)
        return difference(YAML.emit(documents: values), values)
    }

    private static func problem(_ value: Value) -> String? {
        let text = YAML.emit(value)
        if let problem = difference(text, [value]) { return problem }
        do throws(ManifestError) {
            let read = try JSON.parse(JSON.string(value).utf8)
            if !SemanticDiff.equal(read, value) { return "JSON reads back otherwise: \(JSON.string(value)) as \(JSON.string(read))" }
        } catch {
            return "its own JSON is refused: \(error)"
        }
        return nil
    }

    /// What is written reads back as the same values, of the same types and in the same order, and is written the same way again.
    private static func difference(_ text: String, _ values: [Value]) -> String? {
        do throws(YAMLError) {
            let read = try YAML.parse(text, file: "emitted").map(\.value)
            if read != values && !(values.isEmpty && read == [.null]) { return "reads back otherwise:\n\(text)" }
            let again = YAML.emit(documents: read)
            if read == values && Array(again.utf8) != Array(text.utf8) { return "is written in two ways:\n\(text)\nand:\n\(again)" }
            return nil
        } catch {
            return "what is written is refused: \(error)\n\(text)"
        }
    }
}
