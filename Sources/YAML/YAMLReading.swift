/// Where Kubernetes' tools read the same text in different ways.
package struct YAMLReading: Sendable, Hashable {
    /// What becomes of a last line that has no line end. It matters for a block text at the end of a file.
    package enum FinalLineEnd: Sendable, Hashable {
        /// It gets one: `kubectl apply -f` reads by lines and ends each.
        case added
        /// It stays without, as in `kustomize build`.
        case asWritten
    }

    /// What becomes of a key that stands twice in one mapping.
    package enum DuplicateKeys: Sendable, Hashable {
        case refuse, takeFirst, takeLast
    }

    package var finalLineEnd: FinalLineEnd
    package var duplicateKeys: DuplicateKeys

    package init(finalLineEnd: FinalLineEnd = .added, duplicateKeys: DuplicateKeys = .refuse) {
        self.finalLineEnd = finalLineEnd
        self.duplicateKeys = duplicateKeys
    }

    /// As the API's own tools read; a mistake in a mapping is an error.
    package static let kubectl = YAMLReading()
}
