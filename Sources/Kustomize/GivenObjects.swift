package import Manifests

/// Objects that were made elsewhere, such as by a chart, and are rendered further as if a kustomization named them first.
package struct GivenObjects: Sendable, Hashable {
    package var objects: [Value]
    /// What is said of where they come from: a path of the tree.
    package var origin: String

    package init(objects: [Value], origin: String) {
        self.objects = objects
        self.origin = origin
    }
}
