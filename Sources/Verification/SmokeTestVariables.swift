package import Delivery
package import Manifests

/// What a smoke test may ask about the very Release that it tests, written `${name}` in an expected value or a path.
package struct SmokeTestVariables: Sendable, Hashable {
    package var values: [String: String]

    /// `weights.version`: the first twelve digits of the SHA-256 of the Bundle's ranking weights, as the service reports them.
    package init(objects: [Value]) {
        values = [:]
        let weights = objects.first { $0.kind == "ConfigMap" && $0.name == "ranking-weights" }
        if let text = weights?["data", "weights.json"]?.string, let version = Self.version(ofWeights: text) {
            values["weights.version"] = version
        }
    }

    package func applied(to test: SmokeTest) -> SmokeTest {
        var test = test
        for index in test.steps.indices {
            test.steps[index].request.path = replaced(test.steps[index].request.path)
            test.steps[index].expect.json = test.steps[index].expect.json.map { assertion in
                guard case .equals(.string(let text)) = assertion.rule else { return assertion }
                return SmokeStep.Assertion(path: assertion.path, rule: .equals(.string(replaced(text))))
            }
        }
        return test
    }

    private static func version(ofWeights text: String) -> String? {
        do throws(ManifestError) {
            let weights = try JSON.parse(Array(text.utf8))
            return String(SHA256.hex(JSON.bytes(weights, sortedKeys: true)).prefix(12))
        } catch {
            // Not ours to judge: the rendering has checked the weights, and a test that asks for the version will say what it got.
            return nil
        }
    }

    /// An unknown name stays as it is written, and so fails the comparison in plain sight.
    private func replaced(_ text: String) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "${") {
            result += rest[..<open.lowerBound]
            let tail = rest[open.upperBound...]
            guard let close = tail.firstIndex(of: "}") else {
                rest = rest[open.lowerBound...]
                break
            }
            let name = String(tail[..<close])
            result += values[name] ?? "${\(name)}"
            rest = tail[tail.index(after: close)...]
        }
        return result + rest
    }
}
