/// One difference between two values. Absent on one side is `nil`, which is not the same as null.
package struct FieldChange: Sendable, Hashable {
    package var path: [PathElement]
    package var old: Value?
    package var new: Value?

    package init(path: [PathElement], old: Value?, new: Value?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

extension FieldChange: CustomStringConvertible {
    /// `spec.template.spec.containers[name=app].image: "a" -> "b"`; `+` and `-` for what is only on one side.
    package var description: String {
        switch (old, new) {
        case (nil, let new?): "+ \(path.text): \(Self.shown(new))"
        case (let old?, nil): "- \(path.text): \(Self.shown(old))"
        case (let old?, let new?): "\(path.text): \(Self.shown(old)) -> \(Self.shown(new))"
        case (nil, nil): path.text
        }
    }

    private static func shown(_ value: Value) -> String {
        let text = JSON.string(value)
        return text.count > ManifestLimits.shownValueLength ? text.prefix(ManifestLimits.shownValueLength) + "…" : text
    }
}
