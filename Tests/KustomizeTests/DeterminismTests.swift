import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

/// The same tree gives the same bytes and the same digest, however its files are listed and however often it is rendered. Sets and dictionaries have another
/// order in every instance, so that one that leaked into the output would show.
@Suite("Determinism")
struct DeterminismTests {
    /// Lists folders in one order or another.
    private struct ListedFiles: FileProvider {
        var files: InMemoryFiles
        var isReversed: Bool

        func kind(of path: String) throws -> FileKind? { files.kind(of: path) }
        func read(_ path: String) throws -> [UInt8] { try files.read(path) }
        func list(_ directory: String) throws -> [String] {
            isReversed ? files.list(directory).sorted().reversed() : files.list(directory).sorted()
        }
    }

    private static func outcome(_ files: some FileProvider, _ root: String) -> [UInt8] {
        do {
            let rendering = try Renderer(files: files, yaml: .standard, options: .kustomize).render(root)
            return Array(YAML.emit(documents: rendering.objects).utf8) + rendering.filesRead.joined(separator: "\n").utf8
        } catch {
            return Array("\(error)".utf8)
        }
    }

    @Test func allTrees() throws {
        for run in try Conformance.cases("kustomize") + Conformance.cases("overlays") where run.has("root") {
            let root = try run.text("root").split(separator: "\n").first.map(String.init) ?? ""
            let files = try InMemoryFiles(readingFolder: run.folder + "/input")
            let first = Self.outcome(ListedFiles(files: files, isReversed: false), root)
            let second = Self.outcome(ListedFiles(files: files, isReversed: true), root)
            #expect(SHA256.hex(first) == SHA256.hex(second), "\(run.name)")
        }
    }
}
