import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

/// What is printed is what `kustomize build` prints, to the byte: whoever comes from there can compare the two with `diff`.
@Suite("Printing as kustomize prints")
struct ByteExactTests {
    @Test(arguments: ["kustomize", "overlays"]) func category(_ category: String) throws {
        var report = ConformanceReport("\(category), bytes", known: KnownDifferences.of(category))
        for run in try Conformance.cases(category) where run.has("expected.yaml") && !run.has("options.json") {
            report.check(run.name) {
                let root = String(try run.text("root").split(separator: "\n").first ?? "")
                let files = try InMemoryFiles(readingFolder: run.folder + "/input")
                let objects: [Value]
                do {
                    objects = try Renderer(files: files, yaml: .standard, options: .kustomize).render(root == "." ? "" : root).objects
                } catch {
                    return "\(error)"
                }
                return Self.difference(YAML.emit(documents: objects, style: .kustomize), try run.text("expected.yaml"))
            }
        }
        report.finish()
    }

    private static func difference(_ printed: String, _ expected: String) -> String? {
        let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, (line, other)) in zip(lines, wanted).enumerated() where line != other {
            return "line \(number + 1) is \"\(line)\", not \"\(other)\""
        }
        let (rest, missing) = (lines.dropFirst(wanted.count), wanted.dropFirst(lines.count))
        return (rest + missing).allSatisfy(\.isEmpty) ? nil : "\(lines.count) lines, and \(wanted.count) are expected"
    }
}
