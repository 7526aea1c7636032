package import Manifests

/// The YAML parser, given by the caller: this room knows values and not their notation.
package struct YAMLReader: Sendable {
    /// The documents of a file, empty ones left out or null. What the parser found wrong is best thrown as a `RenderError` with its
    /// place; of any other error only the text is kept.
    package var parse: @Sendable (_ bytes: [UInt8], _ file: String) throws -> [Value]
    /// Where the value at a path of a document stands; `nil` when it cannot be told. Only asked for error messages.
    package var position: @Sendable (_ path: [PathElement], _ document: Int, _ bytes: [UInt8], _ file: String) -> SourcePosition?

    package init(
        parse: @escaping @Sendable (_ bytes: [UInt8], _ file: String) throws -> [Value],
        position:
            @escaping @Sendable (_ path: [PathElement], _ document: Int, _ bytes: [UInt8], _ file: String) -> SourcePosition?
    ) {
        self.parse = parse
        self.position = position
    }
}
