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

        var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
    }

    /// What the cluster and the Release add to the kinds of the objects.
    struct Circumstances {
        /// Without it, it has to be made.
        var isNamespaceThere = true
        /// The Environment's own Namespace is among its objects.
        var bringsNamespace = false
        /// Kinds of the inventory that are not among the objects any more: they are looked at and, once the Release is proven, deleted.
        var dropped: [Target] = []
        var tests = TestNeeds()
    }

    /// In a settled order, without repetition.
    static func questions(
        _ targets: [Target], settings: EnvironmentSettings, scope: Scope, circumstances: Circumstances = Circumstances()
    ) -> [AccessQuestion] {
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
        if settings.createNamespace, !circumstances.isNamespaceThere {
            need(["create", "patch"], "", "namespaces", "", name: settings.namespace)
        }
        if circumstances.bringsNamespace { need(["patch"], "", "namespaces", settings.namespace, name: settings.namespace) }
        need(["get", "create", "update"], "", "configmaps", settings.namespace)  // the inventory
        for target in targets {
            need(["get", "list"], target.group, target.plural, target.namespace)
            // A patch that makes an object counts as a create too.
            need(["create", "patch"], target.group, target.plural, target.namespace)
            if isWhole, !EnvironmentApplier.neverPruned.contains(target.groupKind) {
                need(["delete"], target.group, target.plural, target.namespace)
            }
        }
        guard isWhole else { return questions }
        for target in circumstances.dropped where !EnvironmentApplier.neverPruned.contains(target.groupKind) {
            need(["get", "delete"], target.group, target.plural, target.namespace)
        }
        for target in targets { need(["watch"], target.group, target.plural, target.namespace) }
        if circumstances.bringsNamespace { need(["watch"], "", "namespaces", "") }
        for namespace in Set(targets.filter(\.groupKind.isWorkload).map(\.namespace)).sorted() {
            // A cache begins with a watch that brings the list, or with a list where the server has no such watch.
            need(["list", "watch"], "", "pods", namespace)
            need(["list", "watch"], "", "events", namespace)
            need(["list", "watch"], "apps", "replicasets", namespace)
            need(["get"], "", "pods/log", namespace)
        }
        if circumstances.tests.runsJobs {
            need(["get", "list", "create", "delete"], "batch", "jobs", settings.namespace)
            need(["list"], "", "pods", settings.namespace)
            need(["get"], "", "pods/log", settings.namespace)
        }
        for request in circumstances.tests.requests {
            // A method without a verb, such as OPTIONS, cannot be asked about.
            guard let verb = request.verb else { continue }
            need([verb], "", "services/proxy", request.namespace ?? settings.namespace, name: request.name)
        }
        return questions
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
