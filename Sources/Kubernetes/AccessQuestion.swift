internal import Manifests

/// One right that we need, as the API server's authorizers ask for it.
package struct AccessQuestion: Sendable, Hashable {
    package var verb: String
    package var group: String
    /// The plural, with a subresource after a slash: `pods/log`.
    package var resource: String
    /// Empty for cluster-scoped kinds.
    package var namespace: String
    /// Only of this object.
    package var name: String?

    package init(verb: String, group: String, resource: String, namespace: String, name: String? = nil) {
        self.verb = verb
        self.group = group
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    var attributes: Value {
        let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
        var attributes: Value = ["verb": .string(verb), "group": .string(group), "resource": .string(parts.first ?? "")]
        if parts.count > 1 { attributes["subresource"] = .string(parts[1]) }
        if !namespace.isEmpty { attributes["namespace"] = .string(namespace) }
        if let name { attributes["name"] = .string(name) }
        return attributes
    }
}

/// Which rights the work on one Environment needs. Pure.
enum NeededAccess {
    /// How far a missing right stops us.
    enum Scope {
        /// A way back needs what its apply needs. It is not stopped for what would only look or tidy up.
        case wayBack
        case release
    }

    /// A kind among the objects to apply, and where.
    struct Target: Hashable {
        var group: String, kind: String, plural: String
        /// Empty for cluster-scoped kinds.
        var namespace: String
    }

    /// In a settled order, without repetition.
    static func questions(_ targets: [Target], settings: EnvironmentSettings, scope: Scope) -> [AccessQuestion] {
        var questions: [AccessQuestion] = []
        var seen: Set<AccessQuestion> = []
        func need(_ verbs: [String], _ group: String, _ resource: String, _ namespace: String, name: String? = nil) {
            for verb in verbs {
                let question = AccessQuestion(verb: verb, group: group, resource: resource, namespace: namespace, name: name)
                if seen.insert(question).inserted { questions.append(question) }
            }
        }
        let isWhole = scope == .release
        // A request for one Namespace counts as one within it, so that a Role there is enough.
        need(["get"], "", "namespaces", settings.namespace, name: settings.namespace)
        if settings.createNamespace, isWhole { need(["create", "patch"], "", "namespaces", "", name: settings.namespace) }
        need(["get", "create", "update"], "", "configmaps", settings.namespace)  // the inventory
        for target in targets {
            let groupKind = GroupKind(group: target.group, kind: target.kind)
            if target.kind == "Namespace", target.group.isEmpty { continue }  // asked for above, by its name
            need(["get", "list"], target.group, target.plural, target.namespace)
            // A patch that makes an object counts as a create too.
            need(["create", "patch"], target.group, target.plural, target.namespace)
            if isWhole, !EnvironmentApplier.neverPruned.contains(groupKind) {
                need(["delete"], target.group, target.plural, target.namespace)
            }
        }
        guard isWhole else { return questions }
        for target in targets { need(["watch"], target.group, target.plural, target.namespace) }
        for namespace in Set(targets.filter(isWorkload).map(\.namespace)).sorted() {
            need(["list"], "", "pods", namespace)
            need(["list"], "", "events", namespace)
            need(["list"], "apps", "replicasets", namespace)
        }
        return questions
    }

    private static func isWorkload(_ target: Target) -> Bool {
        (target.group == "apps" && target.kind != "ControllerRevision") || (target.group == "batch" && target.kind == "Job")
    }

    /// One message for all that is missing, with the rules to add.
    static func message(missing: [AccessQuestion], environment: String, server: String) -> String {
        var text = "the controller's account at \(server) lacks rights that Environment \(environment) needs. Nothing was changed. Add"
        for namespace in Set(missing.map(\.namespace)).sorted() {
            text += namespace.isEmpty ? " to a ClusterRole of it:" : " to a Role of it in namespace \(namespace):"
            let there = missing.filter { $0.namespace == namespace }
            var rules: [(resource: AccessQuestion, verbs: [String])] = []
            for question in there {
                if let index = rules.firstIndex(where: {
                    $0.resource.group == question.group && $0.resource.resource == question.resource && $0.resource.name == question.name
                }) {
                    rules[index].verbs.append(question.verb)
                } else {
                    rules.append((question, [question.verb]))
                }
            }
            for (resource, verbs) in rules.prefix(EnvironmentLimits.namedRules) {
                let name = resource.name.map { ", resourceNames: [\($0)]" } ?? ""
                text +=
                    "\n- {apiGroups: [\"\(resource.group)\"], resources: [\(resource.resource)]\(name), verbs: [\(verbs.joined(separator: ", "))]}"
            }
            if rules.count > EnvironmentLimits.namedRules { text += "\n- and \(rules.count - EnvironmentLimits.namedRules) more" }
            text += "\n"
        }
        return text.trimmed
    }
}
