/// Rows under headings, columns as wide as their widest cell.
struct Table {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: [String]) { self.headings = headings }

    mutating func add(_ cells: [String]) { rows.append(cells.map(Terminal.harmless)) }

    func render() -> String {
        let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        return ([headings] + rows).map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                line += isLast ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 3)
            }
            return line
        }.joined(separator: "\n")
    }
}
