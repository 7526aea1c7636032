internal import Kustomize
internal import Manifests

/// What `slipway weights` prints. Percentages are counted in hundredths, so that sums and differences are exact.
enum WeightsDocuments {
    private typealias Component = RankingWeightsDocument.Component

    static func show(_ environment: String, _ weights: RankingWeightsDocument) -> Value {
        let components = Component.allCases.map { component -> Value in
            var entry: Object = ["component": .string(component.rawValue), "percent": points(weights.hundredths(component))]
            if let file = weights.file(of: component) { entry["file"] = .string(file) }
            return .object(entry)
        }
        return ["environment": .string(environment), "components": .array(components)]
    }

    static func showTable(_ document: Value) -> String {
        var table = Table(["COMPONENT", "PERCENT", "FROM"])
        for entry in document["components"]?.array ?? [] {
            table.add([entry["component"]?.string ?? "", text(entry["percent"]), entry["file"]?.string ?? "-"])
        }
        return table.render()
    }

    static func diff(
        _ left: (name: String, weights: RankingWeightsDocument), _ right: (name: String, weights: RankingWeightsDocument)
    ) -> Value {
        var total = 0
        let components = Component.allCases.map { component -> Value in
            let (before, after) = (left.weights.hundredths(component), right.weights.hundredths(component))
            total += abs(after - before)
            return [
                "component": .string(component.rawValue), "from": points(before), "to": points(after), "moved": points(after - before),
            ]
        }
        // What one component loses another gains, so that half of all changes is what moved.
        return [
            "from": .string(left.name), "to": .string(right.name), "components": .array(components),
            "pointsMoved": points(total, dividedBy: 200), "equal": .bool(total == 0),
        ]
    }

    static func diffTable(_ document: Value) -> String {
        let (from, to) = (document["from"]?.string ?? "", document["to"]?.string ?? "")
        var table = Table(["COMPONENT", from, to, "MOVED"])
        for entry in document["components"]?.array ?? [] {
            let moved = entry["moved"]?.number ?? 0
            let signed = moved == 0 ? "-" : (moved > 0 ? "+" : "") + text(entry["moved"])
            table.add([entry["component"]?.string ?? "", text(entry["from"]), text(entry["to"]), signed])
        }
        let isEqual = document["equal"]?.bool == true
        let sum =
            isEqual ? "\(from) and \(to) have the same weights" : "\(text(document["pointsMoved"])) points move from \(from) to \(to)"
        return table.render() + "\n\n" + sum
    }

    private static func points(_ hundredths: Int, dividedBy divisor: Int = 100) -> Value {
        hundredths % divisor == 0 ? .integer(Int64(hundredths / divisor)) : .double(Double(hundredths) / Double(divisor))
    }

    private static func text(_ value: Value?) -> String { value?.shortText ?? "" }
}
