import Manifests

/// Keeps, for `buildMetadata`, where objects come from and what transformed them, and writes it into their annotations.
struct ProvenanceWriter {
    let options: Set<Kustomization.BuildMetadata>
    /// The folder that is rendered: paths are written as seen from it.
    let root: String

    var isNeeded: Bool { !options.isEmpty }

    func read(_ resources: inout [Resource], from file: String) {
        guard isNeeded else { return }
        for position in resources.indices {
            let (path, tree) = place(of: file)
            resources[position].provenance = Provenance(origin: Provenance.Step(path: path, tree: tree))
        }
    }

    func generated(_ resource: inout Resource, kind: String, name: String = "", in file: String) {
        guard isNeeded else { return }
        resource.provenance = Provenance(origin: step(kind: kind, apiVersion: "builtin", name: name, in: file))
    }

    func step(kind: String, apiVersion: String = "builtin", name: String = "", in file: String) -> Provenance.Step {
        let (path, tree) = place(of: file)
        return Provenance.Step(
            tree: tree, configuredIn: path, configuredBy: Provenance.Configuration(apiVersion: apiVersion, kind: kind, name: name))
    }

    /// What is of another repository is named from the root of that one.
    private func place(of file: String) -> (path: String, tree: RemoteTree?) {
        guard let (tree, path) = RemoteTree.split(file) else { return (TreePath.relative(file, to: root), nil) }
        return (path, tree)
    }

    func transformed(_ resources: inout ResourceSet, by step: Provenance.Step) {
        guard isNeeded else { return }
        for position in resources.indices {
            resources.edit(position) { resource in
                if resource.provenance?.origin == nil {
                    resource.provenance = Provenance(origin: step)
                } else {
                    resource.provenance?.transformations.append(step)
                }
            }
        }
    }

    func write(_ resources: inout ResourceSet) {
        guard isNeeded else { return }
        for position in resources.indices {
            resources.edit(position) { resource in
                guard let provenance = resource.provenance else { return }
                if options.contains(.originAnnotations), let origin = provenance.origin {
                    annotate(&resource, "config.kubernetes.io/origin", Self.lines(origin).joined(separator: "\n") + "\n")
                }
                if options.contains(.transformerAnnotations), !provenance.transformations.isEmpty {
                    let steps = provenance.transformations.map { step in
                        Self.lines(step).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }.joined(separator: "\n") + "\n"
                    }
                    annotate(&resource, "alpha.config.kubernetes.io/transformations", steps.joined())
                }
            }
        }
        if options.contains(.managedByLabel) {
            for position in resources.indices {
                resources.edit(position) { resource in
                    resource.value.editMember("metadata") { metadata in
                        metadata.editMember("labels") { $0.setMember("app.kubernetes.io/managed-by", "kustomize-v5.5.0") }
                    }
                }
            }
        }
    }

    private func annotate(_ resource: inout Resource, _ key: String, _ text: String) {
        resource.value.editMember("metadata") { metadata in
            metadata.editMember("annotations") { $0.setMember(key, .string(text)) }
        }
    }

    private static func lines(_ step: Provenance.Step) -> [String] {
        var lines: [String] = []
        if !step.path.isEmpty { lines.append("path: " + step.path) }
        if let tree = step.tree { lines += ["repo: " + tree.url, "ref: " + tree.commit] }
        if !step.configuredIn.isEmpty { lines.append("configuredIn: " + step.configuredIn) }
        if let by = step.configuredBy {
            lines.append("configuredBy:")
            lines.append("  apiVersion: " + by.apiVersion)
            lines.append("  kind: " + by.kind)
            if !by.name.isEmpty { lines.append("  name: " + by.name) }
        }
        return lines
    }
}
