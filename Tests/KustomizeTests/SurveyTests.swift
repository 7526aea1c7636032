import Kustomize
import Manifests
import Testing

@Suite("All that is wrong with a kustomization")
struct SurveyTests {
    private static func report(_ kustomization: String, _ others: [String: String] = [:]) -> KustomizationReport {
        var texts = others
        texts["app/kustomization.yaml"] = kustomization
        return KustomizationSurvey(files: InMemoryFiles(texts), yaml: .standard).report(on: "app")
    }

    @Test func everyFieldIsJudged() {
        let report = Self.report(
            """
            namePrefx: a
            kind: Komponent
            namespace: 7
            resources: one
            images:
            - name: a
              newtagg: b
            - 5
            labels:
            - pairs: {a: 1}
            sortOptions: {order: lifo}
            patches:
            - target: {kinds: Deployment}
            """)
        let texts = report.problems.map(\.description)
        for part in [
            ":1:1: unknown field \"namePrefx\" in the kustomization (did you mean \"namePrefix\"?)", ":2:1: kind must be Kustomization",
            ":3:1: namespace must be a string, not a number (write it in quotes)", ":4:1: resources must be a list, not a string",
            ":7:3: unknown field \"newtagg\" in the image", ":8:3: image must be a mapping, not a number",
            ":10:11: pairs.a must be a string, not a number", ":11:15: order must be fifo or legacy",
            ":13:12: unknown field \"kinds\" in the target", "a patch needs either patch or path",
        ] {
            #expect(texts.contains { $0.contains(part) }, "\(part) is not in \(texts)")
        }
    }

    @Test func everyFileIsLookedFor() {
        let report = Self.report(
            """
            resources: [gone.yaml, there.yaml, ../base, ../nothing]
            components: [there.yaml]
            configurations: [gone2.yaml]
            crds: [gone3.yaml]
            patches: [{path: gone4.yaml}]
            configMapGenerator: [{name: a, files: [data.json, gone5.txt]}]
            """,
            [
                "app/there.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: X\n---\nmetadata: {name: b}\n",
                "app/data.json": "{{ this is a template }}", "base/kustomization.yaml": "resources: []\n", "nothing/a.txt": "",
            ])
        let texts = report.problems.map(\.description)
        for part in [
            "app/gone.yaml does not exist", "app/gone2.yaml", "app/gone3.yaml", "app/gone4.yaml", "app/gone5.txt",
            "nothing has no kustomization",
            "the component app/there.yaml is not a folder", "the X has no metadata.name (document 2", "the object has no kind (document 3",
        ] {
            #expect(texts.contains { $0.contains(part) }, "\(part) is not in \(texts)")
        }
        #expect(report.folders == ["base"])
        #expect(report.files == ["app/kustomization.yaml", "app/there.yaml", "app/data.json"])
    }

    @Test func dataIsToldFromDocuments() {
        let report = Self.report(
            "configMapGenerator: [{name: a, files: [data.json], envs: [b.env]}]\n", ["app/data.json": "{{", "app/b.env": "A=b\n"])
        #expect(report.problems == [])
        #expect(report.dataFiles == ["app/data.json", "app/b.env"])
    }

    /// Rendering stops at the first of them, and its message is one of the survey's.
    @Test func renderingSaysTheFirst() {
        let text = "namePrefx: a\nnameSufix: b\n"
        let error = Trees.failure(["app/kustomization.yaml": text])
        let report = Self.report(text)
        #expect(report.problems.count == 2)
        #expect(error == report.problems.first)
    }
}
