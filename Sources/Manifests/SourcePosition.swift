/// A place in a text file; line and column count from 1, the column in characters.
package struct SourcePosition: Sendable, Hashable {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePosition: CustomStringConvertible {
    /// As compilers and editors write it: `environments/staging/weights.yaml:3:7`.
    package var description: String { "\(file):\(line):\(column)" }
}
