/// How documents are laid out. Every style reads back as the same values.
package struct YAMLStyle: Sendable, Hashable {
    /// In the order of go-yaml; else members keep their order.
    var sortsKeys: Bool
    /// Columns after which a line is broken at a space; `nil` breaks none.
    var width: Int?
    /// Longer keys are written with an explicit `?`.
    var simpleKeyLength: Int

    /// `1000` for 1e3 and `1e-07`. Else a decimal is told from an integer.
    var writesNumbersAsGo: Bool

    /// Members in their order and no line broken. libyaml reads a key of at most 1,024 characters on one line.
    package static let plain = YAMLStyle(sortsKeys: false, width: nil, simpleKeyLength: 1_000, writesNumbersAsGo: false)
    /// Byte for byte as `kustomize build` prints: sorted, and with go-yaml's line width and key length.
    package static let kustomize = YAMLStyle(sortsKeys: true, width: 80, simpleKeyLength: 128, writesNumbersAsGo: true)
}
