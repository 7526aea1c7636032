/// The series of one metric, by the values of its labels, never more than the limit.
struct SeriesTable<Cell> {
    private var cells: [[String]: Cell] = [:]
    private let labelCount: Int
    private let limit: Int
    private let makeCell: () -> Cell

    init(labelCount: Int, limit: Int = ObservabilityLimits.seriesPerMetric, makeCell: @escaping () -> Cell) {
        self.labelCount = labelCount
        self.limit = limit
        self.makeCell = makeCell
        // A metric without labels shows its zero from the start, so that rate() sees the first increment.
        if labelCount == 0 { cells[[]] = makeCell() }
    }

    var sorted: [(values: [String], cell: Cell)] {
        cells.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { values in cells[values].map { (values, $0) } }
    }

    subscript(_ values: [String]) -> Cell? { cells[fitted(values)] }

    mutating func update(_ values: [String], _ edit: (inout Cell) -> Void) {
        var values = fitted(values)
        if cells[values] == nil, cells.count >= limit { values = Array(repeating: "other", count: labelCount) }
        edit(&cells[values, default: makeCell()])
    }

    mutating func remove(_ values: [String]) { cells[fitted(values)] = nil }

    mutating func removeAll() { cells.removeAll() }

    /// Missing values are empty and surplus ones are dropped: a mistake in the count must not take the service down.
    private func fitted(_ values: [String]) -> [String] {
        if values.count == labelCount, !values.contains(where: { $0.utf8.count > ObservabilityLimits.labelValueBytes }) { return values }
        var fitted = values.prefix(labelCount).map { value in
            value.utf8.count <= ObservabilityLimits.labelValueBytes
                ? value : String(decoding: value.utf8.prefix(ObservabilityLimits.labelValueBytes), as: UTF8.self)
        }
        while fitted.count < labelCount { fitted.append("") }
        return fitted
    }
}
