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
    /// Longest regular expression of a selector, in characters.
    package var patternLength: Int

    package init(
        fileBytes: Int = 8 << 20, totalBytes: Int = 256 << 20, files: Int = 50_000, depth: Int = 32, kustomizations: Int = 10_000,
        objects: Int = 100_000, patches: Int = 50_000, applications: Int = 20_000_000, remotes: Int = 20, patternLength: Int = 1_000
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
    }

    package static let standard = RenderLimits()
}
