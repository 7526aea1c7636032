package import Manifests

/// The objects that a folder renders to, in kustomize's order: that in which they were read and generated.
package struct Rendering: Sendable {
    package var objects: [Value]
    /// The file that each of `objects` comes from, in the same order.
    package var files: [String]
    /// The file each object comes from, for a generated one the kustomization that asks for it.
    package var origins: [ObjectIdentity: String]
    /// Every file that was read, sorted. A change to any other file of the tree cannot change the result.
    package var filesRead: [String]

    package init(objects: [Value], files: [String], origins: [ObjectIdentity: String], filesRead: [String]) {
        self.objects = objects
        self.files = files
        self.origins = origins
        self.filesRead = filesRead
    }
}
