package import Kustomize
import Manifests
import YAML

/// What holds for any tree of files that is rendered. Used by the tests and by the fuzzer.
package enum TreeCheck {
    package static let limits = RenderLimits(
        fileBytes: 1 << 16, totalBytes: 1 << 18, files: 50, depth: 8, kustomizations: 50, objects: 500, patches: 200, applications: 10_000,
        patternLength: 200)

    /// A tree from one text: `=== PATH` on a line starts a file, `=== PATH ->` is a symbolic link. What stands before the first is the kustomization of `app`.
    package static func tree(_ bytes: [UInt8]) -> InMemoryFiles {
        var files = InMemoryFiles()
        var path = "app/kustomization.yaml"
        var content: [UInt8] = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard line.starts(with: Array("=== ".utf8)) else {
                content += line + [0x0A]
                continue
            }
            if !content.isEmpty { files.set(path, content) }
            content = []
            path = String(decoding: line.dropFirst(4), as: UTF8.self)
            guard path.hasSuffix(" ->") else { continue }
            files.setSymbolicLink(String(path.dropLast(3)))
        }
        if !content.isEmpty { files.set(path, content) }
        return files
    }

    /// What is wrong with the rendering of the folder `app` of a tree, or `nil`.
    package static func problem(_ bytes: [UInt8], yaml: YAMLReader) -> String? {
        let renderer = Renderer(files: tree(bytes), yaml: yaml, limits: limits)
        let objects: [Value]
        do throws(RenderError) {
            objects = try renderer.render("app").objects
        } catch {
            if error.message.isEmpty || error.position?.file.isEmpty != false { return "the error names no place: \(error)" }
            return nil
        }
        let text = YAML.emit(documents: objects)
        do {
            let read = try YAML.parse(text, file: "emitted").map(\.value).filter { !$0.isNull }
            if read != objects { return "reads back otherwise:\n\(text)" }
            if YAML.emit(documents: try renderer.render("app").objects) != text { return "a second rendering differs" }
            return nil
        } catch {
            return "what is rendered is refused: \(error)\n\(text)"
        }
    }
}
