import Manifests

extension Value {
    /// What `RenderLimits.values` counts. Counting ends past `limit`: values share their parts, and what is small in memory can be endless to walk.
    func weight(upTo limit: Int) -> Int {
        var weight = 0
        add(to: &weight, limit)
        return weight
    }

    private func add(to weight: inout Int, _ limit: Int) {
        weight += 1
        switch self {
        case .null, .bool, .integer, .double: return
        case .string(let text): weight += text.utf8.count / 64
        case .array(let elements):
            for element in elements where weight <= limit { element.add(to: &weight, limit) }
        case .object(let object):
            for key in object.keys { weight += key.utf8.count / 64 }
            for member in object.values where weight <= limit { member.add(to: &weight, limit) }
        }
    }
}
