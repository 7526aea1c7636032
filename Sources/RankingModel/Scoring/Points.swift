/// Part of a score of 0 to 100 points, in ten-thousandths of a point. Whole numbers: the points of the components add up to the score
/// exactly, in memory and on paper.
package struct Points: Sendable, Hashable, Comparable {
    package static let places = 4
    package let units: Int

    package init(units: Int) { self.units = units }

    /// A weight of 100 percent and a score of 1 give 100 points.
    init(weight: Percent, score: Double) {
        // hundredths of a percent times a score of 1 are ten-thousandths of the whole, and the whole is 100 points of 10,000 units.
        units = Int((Double(weight.hundredths) * Elementary.clip(score) * 100).rounded())
    }

    package static func < (left: Points, right: Points) -> Bool { left.units < right.units }
    package static func + (left: Points, right: Points) -> Points { Points(units: left.units + right.units) }

    package var value: Double { Double(units) / 10_000 }
}

extension Points: CustomStringConvertible {
    package var description: String { DecimalText.make(units, places: Self.places) }
}
