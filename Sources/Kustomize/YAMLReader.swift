package import Manifests

/// The YAML parser, given by the caller: this room knows values and not their notation.
package struct YAMLReader: Sendable {
    /// What becomes of a key that stands twice in one mapping.
    package enum DuplicateKeys: Sendable, Hashable {
        case refuse, takeFirst, takeLast
    }

    package typealias Parse = @Sendable (_ bytes: [UInt8], _ file: String, _ duplicateKeys: DuplicateKeys) throws -> [Value]

    /// The documents of a file, empty ones left out or null. What the parser found wrong is best thrown as a `RenderError` with its
    /// place; of any other error only the text is kept.
    /// A text at the end of a file that has no line end gets none: kustomize reads so.
    package var parse: Parse
    /// Where the value at a path of a document stands; `nil` when it cannot be told. Only asked for error messages.
    package var position: @Sendable (_ path: [PathElement], _ document: Int, _ bytes: [UInt8], _ file: String) -> SourcePosition?

    /// A text of one document with the value put in where it differs, written as kustomize writes YAML within a text; `nil` when it cannot be.
    package var rewrite: @Sendable (_ bytes: [UInt8], _ value: Value) -> String?

    package init(
        parse: @escaping Parse,
        position:
            @escaping @Sendable (_ path: [PathElement], _ document: Int, _ bytes: [UInt8], _ file: String) -> SourcePosition?,
        rewrite: @escaping @Sendable (_ bytes: [UInt8], _ value: Value) -> String?
    ) {
        self.parse = parse
        self.position = position
        self.rewrite = rewrite
    }
}
