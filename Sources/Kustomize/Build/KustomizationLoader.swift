import Manifests

/// Finds and reads the kustomization of a folder.
struct KustomizationLoader {
    let reader: TreeReader

    /// - Parameter problems: takes all that is wrong with what the file says; without it the first error is thrown.
    func load(
        _ directory: String, named entry: Located<String>, problems: ProblemList? = nil
    ) throws(RenderError) -> Kustomization {
        let path = try file(of: directory, named: entry)
        let documents = try reader.documents(path, named: entry, duplicateKeys: .takeLast).filter { !$0.isNull }
        var context = reader.context(path)
        context.problems = problems
        guard let value = documents.first, !value.isNothing else {
            throw context.error(.invalidKustomization, "the kustomization is empty", at: [])
        }
        if documents.count > 1 {
            throw reader.context(path, document: 1).error(.invalidKustomization, "a kustomization is one document", at: [])
        }
        return try Kustomization(reading: value, in: context)
    }

    /// The one file of the folder that has a kustomization's name.
    func file(of directory: String, named entry: Located<String>) throws(RenderError) -> String {
        var found: [String] = []
        for name in Kustomization.fileNames {
            let path = TreePath.join(directory, name)
            if try reader.kind(path, named: entry) != nil { found.append(path) }
        }
        guard let path = found.first else {
            let shown = directory.isEmpty ? "the root of the repository" : directory
            throw entry.error(
                .missingKustomization, "\(shown) has no kustomization", hint: "add a file \(TreePath.join(directory, "kustomization.yaml"))"
            )
        }
        if found.count > 1 {
            throw entry.error(.invalidKustomization, "\(directory) has more than one kustomization: \(found.joined(separator: ", "))")
        }
        return path
    }
}
