import Kustomize
import Manifests
import TestSupport
import YAML

extension ConformanceCase {
    /// What the case's tree renders to, by the options that it names. `order` goes before those.
    func render(order: RenderOptions.Order? = nil) throws -> [Value] {
        let root = has("root") ? String(try text("root").split(separator: "\n").first ?? "") : ""
        var options = RenderOptions.kustomize
        if has("options.json") {
            let written = try json("options.json")
            // `unspecified` is the command line without flags.
            if written["reorder"] == "legacy" || written["reorder"] == "unspecified" { options.order = .legacy }
            if written["loadRestrictions"] == "none" { options.loadRestriction = .tree }
        }
        if let order { options.order = order }
        let files = try InMemoryFiles(readingFolder: folder + "/input")
        return try Renderer(files: files, yaml: .standard, options: options).render(root == "." ? "" : root).objects
    }

    var expectedObjects: [Value] {
        get throws { try YAML.parse(try bytes("expected.yaml"), file: "expected.yaml").map(\.value).filter { !$0.isNull } }
    }
}
