import Kustomize
import Manifests
import Testing

/// What kustomize does where one would not guess it. Each rule was seen in its output.
@Suite("kustomize's ways")
struct CompatibilityTests {
    private static let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: l}}\ndata: {k: v}\n"

    /// The objects of a kustomization over one ConfigMap, or the files given.
    private static func render(
        _ kustomization: String, _ files: [String: String] = [:], options: RenderOptions = .kustomize
    ) throws -> [Value] {
        var texts = ["app/kustomization.yaml": kustomization, "app/r.yaml": map]
        for (name, text) in files { texts["app/" + name] = text }
        return try Trees.render(texts, options: options).objects
    }

    private static func patched(_ operations: String) throws -> Value {
        try #require(
            try render("resources: [r.yaml]\npatches: [{path: p.yaml, target: {name: a}}]\n", ["p.yaml": operations]).first)
    }

    @Test func aLastLineWithoutItsEndGetsNone() throws {
        let objects = try Self.render("resources: [r.yaml]\n", ["r.yaml": Self.map + "text: |\n  one\n  two"])
        #expect(objects[0]["text"] == "one\ntwo")
    }

    @Test func doubledKeys() throws {
        let prefixes = "resources: [r.yaml]\nnamePrefix: a-\nnamePrefix: b-\n"
        #expect(try Self.render(prefixes)[0].name == "b-a")
        #expect(throws: RenderError.self) { try Self.render(prefixes, options: .standard) }
        #expect(throws: RenderError.self) { try Self.render("resources: [r.yaml]\n", ["r.yaml": Self.map + "data: {k: w}\n"]) }
        let merge = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {c: one, c: two}\n"
        #expect(try Self.render("resources: [r.yaml]\npatches: [{path: p.yaml}]\n", ["p.yaml": merge])[0]["data", "c"] == "one")
        #expect(try Self.patched("- {op: add, path: /data/c, value: one, value: two}\n")["data", "c"] == "two")
    }

    @Test func furtherJSONPatchesAreDropped() throws {
        let two = "- {op: add, path: /data/c, value: one}\n---\n- {op: add, path: /data/d, value: two}\n"
        #expect(try Self.patched(two)["data"] == ["k": "v", "c": "one"])
        let kustomization = "resources: [r.yaml]\npatches: [{path: p.yaml, target: {name: a}}]\n"
        #expect(throws: RenderError.self) { try Self.render(kustomization, ["p.yaml": two], options: .standard) }
    }

    @Test func aJSONPatchFindsAnnotationsAndMembersThatAreNotThere() throws {
        #expect(try Self.patched("- {op: add, path: /metadata/annotations/n, value: 1}\n").annotations == ["n": "1"])
        #expect(try Self.patched("- {op: replace, path: /data/new, value: x}\n")["data", "new"] == "x")
        #expect(try Self.patched("- {op: copy, from: /data/none, path: /data/new}\n")["data"] == ["k": "v", "new": .null])
        #expect(throws: RenderError.self) { try Self.patched("- {op: remove, path: /metadata/name}\n") }
    }

    @Test func aPatchWithATargetTakesNoLabelAway() throws {
        let patch = "kind: any\nmetadata: {name: any, labels: {x: null, y: 5}, annotations: {}}\n"
        #expect(try Self.patched(patch).labels == ["x": "null", "y": "5"])
        let named = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: null}}\n"
        #expect(try Self.render("resources: [r.yaml]\npatches: [{path: p.yaml}]\n", ["p.yaml": named])[0].labels == [:])
    }

    @Test func listsOfVersionsThatAreGoneAreReplaced() throws {
        func containers(_ apiVersion: String) throws -> Int? {
            func text(_ container: String) -> String {
                "apiVersion: \(apiVersion)\nkind: Deployment\nmetadata: {name: d}\n"
                    + "spec: {template: {spec: {containers: [{name: \(container)}]}}}\n"
            }
            let files = ["r.yaml": text("one"), "p.yaml": text("two")]
            let object = try Self.render("resources: [r.yaml]\npatches: [{path: p.yaml}]\n", files)[0]
            return object["spec", "template", "spec", "containers"]?.array?.count
        }
        #expect(try containers("apps/v1") == 2)
        #expect(try containers("extensions/v1beta1") == 1)
    }

    @Test func replaceOfAWholeObjectDoesNothing() throws {
        let patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n$patch: replace\ndata: {z: z}\n"
        #expect(try Self.render("resources: [r.yaml]\npatches: [{path: p.yaml}]\n", ["p.yaml": patch])[0]["data"] == ["k": "v"])
    }

    @Test func emptyAnnotationsAreDropped() throws {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {}, labels: {}}\n"
        #expect(try Self.render("resources: [r.yaml]\n", ["r.yaml": map])[0]["metadata"] == ["name": "a", "labels": [:]])
    }

    @Test func generatedData() throws {
        let objects = try Self.render(
            """
            secretGenerator: [{name: s, options: {disableNameSuffixHash: yes}}]
            configMapGenerator: [{name: c, envs: [e], literals: ['k="'], options: {disableNameSuffixHash: true}}]
            """, ["e": "1A=x\n"])
        #expect(objects.map(\.name) == ["c", "s"])
        #expect(objects[0]["data"] == ["1A": "x", "k": "\""])
        #expect(objects[1]["data"] == [:])
    }

    @Test func anImageWithoutANameIsNone() throws {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n"
        let objects = try Self.render("resources: [r.yaml]\nimages: [{name: '', newTag: x}]\n", ["r.yaml": pod])
        #expect(objects[0]["spec", "containers"]?[0]?["image"] == "nginx")
    }

    @Test func legacyOrderComparesTypesBeforeNames() throws {
        let file = "apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n"
        let objects = try Self.render("resources: [r.yaml]\nsortOptions: {order: legacy}\n", ["r.yaml": file])
        #expect(objects.map(\.kind) == ["Pod", "PodTemplate"])
    }

    @Test func configuredLabels() throws {
        let labels = "labels: [{path: spec/x, create: true}]\n"
        let start = "resources: [r.yaml]\nconfigurations: [c.yaml]\n"
        #expect(try Self.render(start + "labels: [{pairs: {l: v}}]\n", ["c.yaml": labels])[0]["spec", "x"] == ["l": "v"])
        #expect(try Self.render(start + "commonLabels: {l: v}\n", ["c.yaml": labels])[0]["spec"] == nil)
        let conflict = "commonLabels: [{path: metadata/labels}]\n"
        #expect(throws: RenderError.self) { try Self.render(start, ["c.yaml": conflict]) }
    }

    @Test func replacements() throws {
        let files = [
            "r.yaml": Self.map
                + "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\nspec: {storageClassName: slow, nfs: {path: /}}\n"
        ]
        func replaced(_ path: String, _ options: String) throws -> Value? {
            let rule = "{source: {kind: PersistentVolume, namespace: default, fieldPath: \(path)}"
            let target = "targets: [{select: {kind: ConfigMap}, fieldPaths: [data.k], options: \(options)}]}"
            return try Self.render("resources: [r.yaml]\nreplacements: [\(rule), \(target)]\n", files)[0]["data", "k"]
        }
        #expect(try replaced("spec.storageClassName", "{}") == "slow")
        #expect(try replaced("spec.nfs", "{delimiter: '.', index: 1}") == "v.")
        #expect(try replaced("spec.nfs", "{}") == "")
    }

    @Test func theOldJSONPatchFieldNamesItsObjectAndLosesReferences() throws {
        let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, configMap: {name: a}}]}\n"
        let patch = "- {op: replace, path: /metadata/name, value: b}\n"
        func text(_ target: String) -> String { "resources: [r.yaml]\npatchesJson6902: [{path: p.yaml, target: \(target)}]\n" }
        let objects = try Self.render(text("{version: v1, kind: ConfigMap, name: a}"), ["r.yaml": Self.map + pod, "p.yaml": patch])
        #expect(objects[0].name == "b")
        #expect(objects[1]["spec", "volumes"]?[0]?["configMap", "name"] == "a")
        #expect(throws: RenderError.self) { try Self.render(text("{kind: ConfigMap}"), ["p.yaml": patch]) }
    }

    @Test func aKustomizationThatSaysNothing() {
        #expect(throws: RenderError.self) { try Self.render("kind: Kustomization\nnamePrefix: ''\n") }
        #expect(throws: Never.self) { try Self.render("resources: []\n") }
    }
}
