package import Manifests

/// Where an object was written before it was transformed.
package struct ObjectSource: Sendable, Hashable {
    /// For a generated object the kustomization that asks for it.
    package var file: String
    /// Index of the document in the file.
    package var document: Int
    /// Path to the object within its document: for the items of a list.
    package var path: [PathElement]

    package init(file: String, document: Int = 0, path: [PathElement] = []) {
        self.file = file
        self.document = document
        self.path = path
    }
}

/// The objects that a folder renders to, in kustomize's order: that in which they were read and generated.
package struct Rendering: Sendable {
    package var objects: [Value]
    /// Where each of `objects` comes from, in the same order.
    package var sources: [ObjectSource]
    /// The file each object comes from, for a generated one the kustomization that asks for it.
    package var origins: [ObjectIdentity: String]
    /// Every file that was read, sorted. A change to any other file of the tree cannot change the result.
    package var filesRead: [String]

    package init(objects: [Value], sources: [ObjectSource], origins: [ObjectIdentity: String], filesRead: [String]) {
        self.objects = objects
        self.sources = sources
        self.origins = origins
        self.filesRead = filesRead
    }

    /// The file that each of `objects` comes from, in the same order.
    package var files: [String] { sources.map(\.file) }

    mutating func add(_ object: Value, from source: ObjectSource) {
        objects.append(object)
        sources.append(source)
        if let identity = object.identity { origins[identity] = source.file }
    }
}
