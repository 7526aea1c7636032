internal import Manifests

/// One entry of `status.conditions`.
struct Condition {
    var type: String
    var status: String
    var reason: String
    var message: String
    var lastTransition: Int64?
    var observedGeneration: Int64?

    var isTrue: Bool { status == "True" }
    var isFalse: Bool { status == "False" }

    init?(_ value: Value) {
        guard let type = value["type"]?.string else { return nil }
        self.type = type
        // Some controllers write a boolean where the API's conventions have a text.
        status = value["status"]?.string ?? value["status"]?.bool.map { $0 ? "True" : "False" } ?? "Unknown"
        reason = value["reason"]?.string ?? ""
        message = value["message"]?.string ?? ""
        observedGeneration = value["observedGeneration"]?.integer
        lastTransition = value["lastTransitionTime"]?.string.flatMap(KubernetesTime.seconds)
    }

    /// The controller's words when it gave some, else its reason.
    var words: String { message.isEmpty ? reason : message }
}

extension Value {
    var conditions: [Condition] { self["status"]?["conditions"]?.array?.compactMap(Condition.init) ?? [] }

    func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }

    func integer(_ first: String, _ second: String, _ rest: String..., default fallback: Int64) -> Int64 {
        var value = self[first]?[second]
        for key in rest { value = value?[key] }
        return value?.integer ?? fallback
    }

    /// `Deployment nova-prod/web`: how messages name this object.
    var subject: String {
        let name = name ?? "(without a name)"
        let place = namespace.map { $0.isEmpty ? name : "\($0)/\(name)" } ?? name
        return "\(kind ?? "Object") \(place)"
    }

    var observedGeneration: Int64? { self["status"]?["observedGeneration"]?.integer }
    var creationTime: Int64? { self["metadata"]?["creationTimestamp"]?.string.flatMap(KubernetesTime.seconds) }

    /// The UID of the object that controls this one.
    package var controllerUID: String? {
        self["metadata"]?["ownerReferences"]?.array?.first { $0["controller"]?.bool == true }?["uid"]?.string
    }
}
