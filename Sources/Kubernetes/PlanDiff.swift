internal import Manifests

/// What a difference between two stored objects is: everything but what the server writes by itself.
enum PlanDiff {
    static func isSame(_ left: Value, _ right: Value) -> Bool {
        SemanticDiff.equal(normalized(left), normalized(right))
    }

    /// Without what changes on its own, or differs between an answer and a dry-run's.
    static func normalized(_ object: Value) -> Value {
        var object = object
        for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
            object.set(["metadata", field], to: nil)
        }
        object["status"] = nil
        return object
    }
}
