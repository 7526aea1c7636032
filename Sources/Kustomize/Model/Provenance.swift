import Manifests

/// Where an object came from and what changed it, for `buildMetadata: [originAnnotations, transformerAnnotations]`.
struct Provenance: Sendable, Hashable {
    struct Step: Sendable, Hashable {
        var path = ""
        /// The repository of another host that it is in.
        var tree: RemoteTree?
        /// The kustomization or file that asked for a generated or transformed object.
        var configuredIn = ""
        var configuredBy: Configuration?
    }

    struct Configuration: Sendable, Hashable {
        var apiVersion = ""
        var kind = ""
        var name = ""
        var namespace = ""
    }

    var origin: Step?
    var transformations: [Step] = []
}
