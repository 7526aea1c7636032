/// Where a value stands, as far as that says whether it is an annotation of an object: under `metadata.annotations` of a document, or of an
/// item of a list.
enum AnnotationPlace {
    case object, items, metadata, annotations, annotation
    case elsewhere

    func member(_ key: String) -> AnnotationPlace {
        switch (self, key) {
        case (.object, "metadata"): .metadata
        case (.object, "items"): .items
        case (.metadata, "annotations"): .annotations
        case (.annotations, _): .annotation
        default: .elsewhere
        }
    }

    var element: AnnotationPlace { self == .items ? .object : .elsewhere }
}
