import Manifests
import Testing

@Suite("Semantic diff")
struct SemanticDiffTests {
    private let deployment: Value = [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "app", "finalizers": ["a", "b"]],
        "spec": [
            "replicas": 3,
            "template": [
                "spec": [
                    "containers": [
                        [
                            "name": "app", "image": "a", "args": ["x", "y"],
                            "ports": [["containerPort": 53, "protocol": "UDP"], ["containerPort": 53]],
                        ],
                        ["name": "sidecar", "image": "s"],
                    ]
                ]
            ],
        ],
    ]

    private func changes(_ edit: (inout Value) -> Void) -> [String] {
        var changed = deployment
        edit(&changed)
        return SemanticDiff.changes(from: deployment, to: changed, schema: KubernetesSchema.any(of: deployment)).map(\.description)
    }

    private func editContainers(_ value: inout Value, _ edit: (inout [Value]) -> Void) {
        var containers = value["spec", "template", "spec", "containers"]?.array ?? []
        edit(&containers)
        value["spec", "template", "spec", "containers"] = .array(containers)
    }

    @Test func nothing() {
        #expect(changes { _ in } == [])
        #expect(changes { $0["spec", "replicas"] = 3.0 } == [])
    }

    @Test func elementsAreMatchedByTheirKeys() {
        let found = changes { value in
            editContainers(&value) { containers in
                containers[0]["image"] = "b"
                containers.swapAt(0, 1)
                containers.append(["name": "new"])
            }
        }
        #expect(
            found == [
                #"spec.template.spec.containers[name=app].image: "a" -> "b""#,
                #"+ spec.template.spec.containers[name=new]: {"name":"new"}"#,
            ])
    }

    @Test func orderAloneIsOneChange() {
        #expect(changes { editContainers(&$0) { $0.swapAt(0, 1) } }.count == 1)
    }

    @Test func severalKeysAndTheirDefault() {
        let found = changes {
            editContainers(&$0) { $0[0]["ports"] = [["containerPort": 53, "protocol": "UDP"], ["containerPort": 53, "name": "dns"]] }
        }
        #expect(found == [#"+ spec.template.spec.containers[name=app].ports[containerPort=53,protocol=TCP].name: "dns""#])
    }

    @Test func otherListsGoByPlace() {
        #expect(
            changes { editContainers(&$0) { $0[0]["args"] = ["x", "z", "w"] } } == [
                #"spec.template.spec.containers[name=app].args[1]: "y" -> "z""#, #"+ spec.template.spec.containers[name=app].args[2]: "w""#,
            ])
    }

    @Test func setsGoByValue() {
        #expect(changes { $0["metadata", "finalizers"] = ["b", "c"] } == [#"- metadata.finalizers: "a""#, #"+ metadata.finalizers: "c""#])
    }

    @Test func keysWithDotsAreQuoted() {
        let found = SemanticDiff.changes(from: [:], to: ["metadata": ["labels": ["a.b/c": "x"]]])
        #expect(found.map(\.description) == [#"+ metadata: {"labels":{"a.b/c":"x"}}"#])
        let path: [PathElement] = [
            .key("metadata"), .key("labels"), .key("a.b/c"), .index(2), .element([ElementKey(name: "name", value: "x")]),
        ]
        #expect(path.text == #"metadata.labels["a.b/c"][2][name=x]"#)
    }

    @Test func duplicatesAndMissingKeysFallBackToPlaces() {
        let from: Value = ["spec": ["containers": [["name": "a"], ["name": "a", "image": "x"]]]]
        let to: Value = ["spec": ["containers": [["name": "a"], ["name": "a", "image": "y"]]]]
        let schema = KubernetesSchema.any(apiVersion: "v1", kind: "Pod")
        #expect(SemanticDiff.changes(from: from, to: to, schema: schema).map(\.path.text) == ["spec.containers[1].image"])
    }

    @Test func longValuesAreCut() {
        let change = FieldChange(path: [.key("data")], old: nil, new: .string(String(repeating: "x", count: 5000)))
        #expect(change.description.count < 300)
    }

    @Test func pathsLeadToValues() {
        let keys = [ElementKey(name: "name", value: "sidecar")]
        let path: [PathElement] = [.key("spec"), .key("template"), .key("spec"), .key("containers"), .element(keys), .key("image")]
        #expect(deployment.value(at: path) == "s")
        #expect(deployment.value(at: [.key("spec"), .index(0)]) == nil)
    }
}
