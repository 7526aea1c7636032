package import Manifests

/// What an Environment says about its variables: values of its own, and ConfigMaps of the repository that hold more.
package struct EnvironmentVariables: Sendable, Hashable {
    /// A file of the repository whose ConfigMap holds variables.
    package struct Source: Sendable, Hashable {
        /// From the root of the repository.
        package var path: String
        /// The ConfigMap that is meant; needed when the file has several.
        package var name: String?
        /// Whether the file or the ConfigMap may be missing.
        package var isOptional: Bool

        package init(path: String, name: String? = nil, isOptional: Bool = false) {
            self.path = path
            self.name = name
            self.isOptional = isOptional
        }
    }

    /// Scalars by name, in their order. They win over all sources.
    package var values: Object
    /// A later one wins over an earlier one.
    package var sources: [Source]
    /// Where all of this is written, for errors: the file, and the path to the mapping with `values` and `from` in it.
    package var file: String
    package var path: [PathElement]

    package init(values: Object = Object(), sources: [Source] = [], file: String, path: [PathElement]) {
        self.values = values
        self.sources = sources
        self.file = file
        self.path = path
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isNameStart(first) else { return false }
        return text.utf8.allSatisfy(isNamePart)
    }

    static func isNameStart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80 || byte == UInt8(ascii: "_")
    }

    static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
