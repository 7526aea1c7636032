/// How a rendering is to behave where people's wishes differ.
package struct RenderOptions: Sendable, Hashable {
    /// What becomes of a patch whose target selects no object. kustomize passes over it in silence, which hides misspelt names.
    package enum UnmatchedPatch: Sendable, Hashable {
        case refuse, ignore
    }

    /// Which files a kustomization may name. Folders may be named anywhere in the tree.
    package enum LoadRestriction: Sendable, Hashable {
        /// Those in its own folder and below, as kustomize has it by default.
        case folder
        /// Any in the tree.
        case tree
    }

    /// The order of objects for a kustomization that does not choose one by `sortOptions`.
    package enum Order: Sendable, Hashable {
        case fifo, legacy
    }

    /// What becomes of a key that stands twice in one mapping of a kustomization or a patch.
    package enum DuplicateKeys: Sendable, Hashable {
        /// It is an error: one of the two is a mistake.
        case refuse
        /// kustomize takes one of them in silence, and refuses only those of objects.
        case asKustomize
    }

    /// What becomes of JSON Patches after the first in one text.
    package enum FurtherPatches: Sendable, Hashable {
        /// They are an error.
        case refuse
        /// kustomize reads the first and drops the others in silence.
        case drop
    }

    package var unmatchedPatch: UnmatchedPatch
    package var loadRestriction: LoadRestriction
    package var order: Order
    package var duplicateKeys: DuplicateKeys
    package var furtherPatches: FurtherPatches

    package init(
        unmatchedPatch: UnmatchedPatch = .refuse, loadRestriction: LoadRestriction = .folder, order: Order = .fifo,
        duplicateKeys: DuplicateKeys = .refuse, furtherPatches: FurtherPatches = .refuse
    ) {
        self.unmatchedPatch = unmatchedPatch
        self.loadRestriction = loadRestriction
        self.order = order
        self.duplicateKeys = duplicateKeys
        self.furtherPatches = furtherPatches
    }

    package static let standard = RenderOptions()
    /// As `kustomize build` behaves.
    package static let kustomize = RenderOptions(unmatchedPatch: .ignore, duplicateKeys: .asKustomize, furtherPatches: .drop)
}
