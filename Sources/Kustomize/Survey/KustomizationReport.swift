/// What one kustomization names, and all that is wrong with it.
package struct KustomizationReport: Sendable {
    /// The kustomization's own file.
    package var file: String
    package var problems: [RenderError] = []
    /// The folders with kustomizations that it names: bases and components.
    package var folders: [String] = []
    /// The files that it reads itself, its own among them.
    package var files: Set<String> = []
    /// Those of `files` that generators take as bytes: whatever is in them, it is data.
    package var dataFiles: Set<String> = []

    package init(file: String) { self.file = file }
}
