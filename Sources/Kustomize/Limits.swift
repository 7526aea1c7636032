/// What one rendering may use. A repository is written by many hands, and a mistake in it must not take the controller down.
package struct RenderLimits: Sendable, Hashable {
    /// Largest single file, in bytes. An object over 1.5 MB is refused by etcd; generators may name data files that are larger.
    package var fileBytes: Int
    /// All files together, in bytes; also what may be parsed, counting a file again for each base that reads it again.
    package var totalBytes: Int
    /// Files that may be read.
    package var files: Int
    /// How deep bases and components may nest.
    package var depth: Int
    /// Kustomizations that may be entered; a base that two overlays share counts twice, as it is rendered twice.
    package var kustomizations: Int
    package var objects: Int
    /// Patches that may be named in all kustomizations together.
    package var patches: Int
    /// How many times a selector may look at an object or a patch be applied to one, in total: many patterns over many objects take
    /// long, though each is quick.
    package var applications: Int
    /// Repositories of other hosts, each at one commit.
    package var remotes: Int
    /// Longest regular expression of a selector, and longest path of a field, in bytes.
    package var patternLength: Int
    /// Scalars, lists and mappings that aliases, patches, replacements and variables may make, and that all objects may have in the end. A text counts
    /// once more for every 64 bytes. Small files could ask for a rendering that no machine can hold.
    package var values: Int

    package init(
        fileBytes: Int = 8 << 20, totalBytes: Int = 256 << 20, files: Int = 50_000, depth: Int = 32, kustomizations: Int = 10_000,
        objects: Int = 100_000, patches: Int = 50_000, applications: Int = 20_000_000, remotes: Int = 20, patternLength: Int = 1_000,
        values: Int = 20_000_000
    ) {
        self.fileBytes = fileBytes
        self.totalBytes = totalBytes
        self.files = files
        self.depth = depth
        self.kustomizations = kustomizations
        self.objects = objects
        self.patches = patches
        self.applications = applications
        self.remotes = remotes
        self.patternLength = patternLength
        self.values = values
    }

    package static let standard = RenderLimits()

    /// Longest prefix, suffix, namespace or part of an image name, in bytes: each is copied into many objects. A Kubernetes name has at most 253.
    package static let nameLength = 1_000

    /// Field specs of one field of `configurations`, and all that `crds` tell of: each is compared with those that are there.
    package static let fieldSpecs = 5_000

    /// Slashes in the path of a field spec.
    package static let fieldPathSteps = 100

    /// Bytes that variables may put into texts in one rendering: a small text can name a long value many times.
    package static let expandedTexts = 64 << 20
}
