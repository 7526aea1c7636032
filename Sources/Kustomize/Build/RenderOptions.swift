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

    package var unmatchedPatch: UnmatchedPatch
    package var loadRestriction: LoadRestriction
    package var order: Order

    package init(unmatchedPatch: UnmatchedPatch = .refuse, loadRestriction: LoadRestriction = .folder, order: Order = .fifo) {
        self.unmatchedPatch = unmatchedPatch
        self.loadRestriction = loadRestriction
        self.order = order
    }

    package static let standard = RenderOptions()
    /// As `kustomize build` behaves.
    package static let kustomize = RenderOptions(unmatchedPatch: .ignore)
}
