internal import Manifests

/// A measured number as an operator reads it: four digits that mean something.
enum MetricNumber {
    static func text(_ value: Double) -> String {
        if value.isNaN { return "not a number" }
        if value.isInfinite { return value < 0 ? "-infinity" : "infinity" }
        guard value != 0 else { return "0" }
        var scale = 1.0
        var magnitude = value.magnitude
        while magnitude >= 10_000 && scale > 1e-300 {
            scale /= 10
            magnitude /= 10
        }
        while magnitude < 1000 && scale < 1e300 {
            scale *= 10
            magnitude *= 10
        }
        // Whole numbers stay whole.
        if value.magnitude < 1e15, value == value.rounded() { return NumberText.json(value) }
        return NumberText.json((value * scale).rounded() / scale)
    }
}
