import Manifests
import TestSupport
import Testing

@testable import LocalCluster

/// Roles, asked without HTTP.
struct AuthorizationTests {
    private func store(_ objects: (ResourceType, Value)...) throws -> ObjectStore {
        let store = ObjectStore(admission: ClusterAdmission())
        try store.create(.namespaces, ["metadata": ["name": "shop"]])
        try BootstrapRoles.furnish(store)
        for (type, object) in objects { try store.create(type, object) }
        return store
    }

    private func binding(_ role: String, kind: String = "ClusterRole", subject: Value) -> Value {
        [
            "metadata": ["name": "b", "namespace": "shop"], "roleRef": ["kind": .string(kind), "name": .string(role)],
            "subjects": [subject],
        ]
    }

    private let jane = ClientIdentity(name: "jane", groups: ["developers", "system:authenticated"])

    private func may(
        _ store: ObjectStore, _ user: ClientIdentity, _ verb: String, _ plural: String, group: String = "", sub: String = "",
        namespace: String = "shop", name: String = ""
    ) -> Bool {
        let resource = AccessAttributes.Resource(group: group, plural: plural, subresource: sub, namespace: namespace, name: name)
        return RoleAuthorizer(store: store).decide(AccessAttributes(user: user, verb: verb, target: .resource(resource))).isAllowed
    }

    @Test func viewReadsAndWritesNothing() throws {
        let store = try store((.roleBindings, binding("view", subject: ["kind": "Group", "name": "developers"])))
        #expect(may(store, jane, "get", "pods"))
        #expect(may(store, jane, "get", "pods", sub: "log"))
        #expect(may(store, jane, "list", "deployments", group: "apps"))
        #expect(!may(store, jane, "get", "secrets"))
        #expect(!may(store, jane, "delete", "pods"))
        #expect(!may(store, jane, "get", "pods", namespace: "default"))
        #expect(!may(store, jane, "list", "pods", namespace: ""))
    }

    @Test func adminGathersEditAndView() throws {
        let store = try store((.roleBindings, binding("admin", subject: ["kind": "User", "name": "jane"])))
        for (verb, plural, group) in [
            ("create", "deployments", "apps"), ("get", "secrets", ""), ("create", "roles", "rbac.authorization.k8s.io"),
            ("list", "pods", ""),
        ] { #expect(may(store, jane, verb, plural, group: group), "\(verb) \(plural)") }
        #expect(!may(store, jane, "create", "resourcequotas"))
    }

    @Test func subresourcesNamesAndWildcards() throws {
        let rules: [(Value, [(String, String, String, Bool)])] = [
            (
                ["verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]],
                [("pods", "", "a", true), ("pods", "", "b", false), ("pods", "", "", false), ("pods", "log", "a", false)]
            ),
            (["verbs": ["get"], "apiGroups": [""], "resources": ["*/log"]], [("pods", "log", "a", true), ("pods", "", "a", false)]),
            (["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]], [("pods", "log", "a", true), ("anything", "", "", true)]),
            (["verbs": ["get"], "apiGroups": ["apps"], "resources": ["pods"]], [("pods", "", "a", false)]),
        ]
        for (rule, questions) in rules {
            let store = try store(
                (.roles, ["metadata": ["name": "r", "namespace": "shop"], "rules": [rule]]),
                (.roleBindings, binding("r", kind: "Role", subject: ["kind": "User", "name": "jane"])))
            for (plural, sub, name, expected) in questions {
                #expect(may(store, jane, "get", plural, sub: sub, name: name) == expected, "\(plural)/\(sub) \(name) by \(rule)")
            }
        }
    }

    @Test func aMissingRoleIsNamed() throws {
        let store = try store((.roleBindings, binding("gone", subject: ["kind": "User", "name": "jane"])))
        let attributes = AccessAttributes(
            user: jane, verb: "get", target: .resource(.init(group: "apps", plural: "deployments", namespace: "shop", name: "x")))
        let error = #expect(throws: APIError.self) { try RoleAuthorizer(store: store).require(attributes) }
        #expect(
            error?.message
                == "deployments.apps \"x\" is forbidden: User \"jane\" cannot get resource \"deployments\" in API group \"apps\" in the "
                + "namespace \"shop\": RBAC: clusterroles.rbac.authorization.k8s.io \"gone\" not found")
    }

    @Test func nobodyGivesWhatTheyDoNotHave() throws {
        let store = try store((.roleBindings, binding("admin", subject: ["kind": "User", "name": "jane"])))
        let check = RoleEscalation(authorizer: RoleAuthorizer(store: store), user: jane)
        func role(_ verbs: [Value], _ group: Value, _ resource: Value) -> Value {
            [
                "metadata": ["name": "r", "namespace": "shop"],
                "rules": [["verbs": .array(verbs), "apiGroups": [group], "resources": [resource]]],
            ]
        }
        try check.check(role(["get", "list"], "", "secrets"), over: nil, .roles)
        let error = #expect(throws: APIError.self) { try check.check(role(["create", "update"], "", "resourcequotas"), over: nil, .roles) }
        #expect(
            error?.message
                == "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"jane\" (groups=[\"developers\" \"system:authenticated\"]) is "
                + "attempting to grant RBAC permissions not currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"resourcequotas\"], Verbs:[\"create\" \"update\"]}")
        #expect(throws: APIError.self) {
            try check.check(binding("cluster-admin", subject: ["kind": "User", "name": "jane"]), over: nil, .roleBindings)
        }
        try check.check(binding("view", subject: ["kind": "User", "name": "joe"]), over: nil, .roleBindings)
    }

    @Test func bindAndEscalateAreVerbsOfTheirOwn() throws {
        let rule: Value = [
            "verbs": ["bind", "escalate"], "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles", "roles"],
        ]
        let store = try store(
            (.roles, ["metadata": ["name": "r", "namespace": "shop"], "rules": [rule]]),
            (.roleBindings, binding("r", kind: "Role", subject: ["kind": "User", "name": "jane"])))
        let check = RoleEscalation(authorizer: RoleAuthorizer(store: store), user: jane)
        try check.check(binding("cluster-admin", subject: ["kind": "User", "name": "jane"]), over: nil, .roleBindings)
    }
}
