internal import Manifests

/// The annotations of an object that we obey, checked before anything is sent: one with a slip of the pen must not count as none.
enum ObjectAnnotations {
    /// What is wrong with them, or `nil`.
    static func defect(of object: Value, _ id: ObjectIdentity) -> KubernetesError? {
        for name in [SlipwayLabel.prune, SlipwayLabel.adopt, SlipwayLabel.replace] {
            guard let value = object.annotations?[name] else { continue }
            guard let text = value.string, ["enabled", "disabled"].contains(text) else {
                let near = NearestName.suggestion(for: value.string ?? "", among: ["enabled", "disabled"])
                return problem(id, name, value, "enabled or disabled" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
            }
        }
        if let wave = object.annotations?[SlipwayLabel.wave], wave.string.flatMap({ Int64($0) }) == nil {
            return problem(id, SlipwayLabel.wave, wave, "an integer in quotes")
        }
        return nil
    }

    static func isEnabled(_ name: String, on object: Value) -> Bool { object.annotations?[name]?.string == "enabled" }

    private static func problem(_ id: ObjectIdentity, _ name: String, _ value: Value, _ expected: String) -> KubernetesError {
        KubernetesError(.invalid([]), "\(id): annotation \(name) is \(JSON.string(value)), and must be \(expected)", object: id)
    }
}
