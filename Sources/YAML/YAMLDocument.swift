package import Manifests

/// One document of a YAML text.
package struct YAMLDocument: Sendable, Hashable {
    /// `.null` for an empty document, as between two `---`.
    package var value: Value
    /// The line on which the value starts, from 1.
    package var line: Int
    /// The place among the documents of the text, from 0; empty ones count.
    package var index: Int

    package init(value: Value, line: Int, index: Int) {
        self.value = value
        self.line = line
        self.index = index
    }
}
