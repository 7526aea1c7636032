import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

@Suite("Variables of an environment")
struct SubstitutionTests {
    static let policy = "environments/a/environment.yaml"

    private static func render(
        _ manifest: String, values: Object = Object(), from: [EnvironmentVariables.Source] = [], files: [String: String] = [:]
    ) throws -> [Value] {
        var texts = files
        texts["environments/a/kustomization.yaml"] = "resources: [app.yaml]\n"
        texts["environments/a/app.yaml"] = manifest
        if texts[policy] == nil { texts[policy] = "spec:\n  variables:\n    from:\n    - path: vars.yaml\n    values: {A: b}\n" }
        let variables = EnvironmentVariables(values: values, sources: from, file: policy, path: [.key("spec"), .key("variables")])
        return try EnvironmentRenderer(files: InMemoryFiles(texts), yaml: .standard)
            .render(environment: "a", namespace: "nova", variables: variables).objects
    }

    private static func problem(
        _ manifest: String, values: Object = Object(), from: [EnvironmentVariables.Source] = [], files: [String: String] = [:]
    ) -> String {
        do {
            let objects = try render(manifest, values: values, from: from, files: files)
            return "rendered \(objects.count) objects"
        } catch {
            return "\(error)"
        }
    }

    /// A Deployment in which one field is under test.
    private static func widget(_ field: String) -> String {
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  \(field)\n"
    }

    private static func config(_ name: String, _ data: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {\(data)}\n"
    }

    @Test func withoutVariablesNothingIsTouched() throws {
        let texts = ["environments/a/kustomization.yaml": "resources: [app.yaml]\n", "environments/a/app.yaml": Self.widget("x: ${NONE}")]
        let objects = try EnvironmentRenderer(files: InMemoryFiles(texts), yaml: .standard).render(environment: "a", namespace: "n").objects
        #expect(objects[0]["spec", "x"] == "${NONE}")
    }

    /// A field that is one expression takes the type that the policy gives.
    @Test(arguments: [
        ("x: ${V}", 3 as Value, 3 as Value), ("x: \"${V}\"", 3, 3), ("x: ${V}", true, true), ("x: ${V}", "3", "3"), ("x: ${V}", 0.5, 0.5),
        ("x: ${V:-9}", 3, 3), ("x: ${NONE:-${V}}", 3, 3), ("x: ${V}s", 3, "3s"), ("x: ${V}${V}", 3, "33"), ("x: ${V:0}", "12", 12),
        ("x: ${NONE:-9}", 3, 9), ("x: ${NONE:-true}", 3, true), ("x: ${NONE:-1.0}", 3, 1.0), ("x: ${NONE:-abc}", 3, "abc"),
        ("x: ${NONE:-}", 3, ""), ("x: ${NONE:-null}", 3, "null"), ("x: ${NONE:-~}", 3, "~"), ("x: ${NONE:-[1]}", 3, "[1]"),
        ("x: \"${NONE:-1 # one}\"", 3, "1 # one"), ("x: \"${NONE:-a: b}\"", 3, "a: b"), ("x: ${NONE:-0644}", 3, 420),
        ("x: ${NONE:-1.2.3}", 3, "1.2.3"),
        ("x: ${NONE:-.inf}", 3, ".inf"),
        // Strings by nature.
        ("image: ${V}", 3, "3"), ("args: [\"${V}\"]", 3, "3"), ("env: [{name: a, value: \"${V}\"}]", 3, "3"),
        ("nodeSelector: {x: \"${V}\"}", true, "true"), ("matchLabels: {x: \"${V}\"}", true, "true"), ("version: ${NONE:-1.10}", 3, "1.10"),
        // And what only looks like one.
        ("value: ${V}", 3, 3), ("ports: [\"${V}\"]", 3, 3),
    ])
    func types(_ field: String, _ value: Value, _ expected: Value) throws {
        let spec = try #require(try Self.render(Self.widget(field), values: ["V": value])[0]["spec"])
        var found = spec
        while let next = found.object?.values.last ?? found.array?.last { found = next }
        #expect(found == expected)
    }

    @Test func textOfAConfigMapIsWhatItLooksLike() throws {
        let objects = try Self.render(
            Self.widget("replicas: ${N}\n  on: ${B}\n  text: ${T}\n  env: [{name: n, value: \"${N}\"}]"), from: [.init(path: "vars.yaml")],
            files: ["vars.yaml": Self.config("v", "N: \"3\", B: \"true\", T: \"a b\"")])
        #expect(objects[0]["spec"] == ["replicas": 3, "on": true, "text": "a b", "env": [["name": "n", "value": "3"]]])
    }

    @Test func contentsOfConfigMapsStayStrings() throws {
        let manifest = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: "${N}", labels: {n: "${N}"}, annotations: {n: "${N}"}}
            data: {n: "${N}", "key-${N}": x}
            """
        let object = try Self.render(manifest, values: ["N": 3])[0]
        #expect(object["data"] == ["n": "3", "key-3": "x"])
        #expect(object["metadata"] == ["name": "3", "labels": ["n": "3"], "annotations": ["n": "3"]])
    }

    @Test func laterSourcesWinAndValuesWinOverAll() throws {
        let files = ["one.yaml": Self.config("one", "A: \"1\", B: \"1\", C: \"1\""), "two.yaml": Self.config("two", "B: \"2\", C: \"2\"")]
        let from: [EnvironmentVariables.Source] = [.init(path: "one.yaml"), .init(path: "two.yaml")]
        let objects = try Self.render(Self.widget("image: ${A}${B}${C}"), values: ["C": "3"], from: from, files: files)
        #expect(objects[0]["spec", "image"] == "123")
    }

    @Test func lineEndsOfValuesAreLeftOut() throws {
        let files = ["vars.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata:\n  A: |\n    one\n    two\n"]
        let objects = try Self.render(Self.widget("x: ${A}"), from: [.init(path: "vars.yaml")], files: files)
        #expect(objects[0]["spec", "x"] == "onetwo")
    }

    @Test func anOptionalSourceMayBeMissing() throws {
        let from: [EnvironmentVariables.Source] = [
            .init(path: "none.yaml", isOptional: true), .init(path: "vars.yaml", name: "other", isOptional: true),
        ]
        let objects = try Self.render(Self.widget("x: ${A:-1}"), from: from, files: ["vars.yaml": Self.config("v", "A: b")])
        #expect(objects[0]["spec", "x"] == 1)
    }

    @Test(arguments: [
        "annotations: {slipway.dev/substitute: disabled}", "labels: {slipway.dev/substitute: disabled}",
        "annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}",
    ])
    func aMarkedObjectIsLeftAlone(_ mark: String) throws {
        let manifest = Self.widget("x: ${NONE}").replacing("name: w", with: "name: w, \(mark)")
        #expect(try Self.render(manifest)[0]["spec", "x"] == "${NONE}")
    }

    @Test func theWeightsAreNotTouched() throws {
        let objects = try Self.render(
            Self.widget("x: ${A}"), values: ["A": 1], files: ["environments/a/weights.yaml": WeightsTests.text])
        #expect(objects.count == 2)
    }

    @Test func namesMadeBySubstitutionAreJudged() {
        let manifest = Self.widget("x: 1").replacing("name: w", with: "name: \"w${N:-}\"")
        #expect(
            Self.problem(manifest + "---\n" + Self.widget("x: 2"))
                == "environments/a/app.yaml:7:1: Widget.example.com w is there twice: in environments/a/app.yaml and in environments/a/app.yaml"
        )
    }

    // MARK: Errors

    @Test(arguments: [
        (
            "x: ${IMAGE_TAGG}",
            "environments/a/app.yaml:5:6: Widget.example.com w, spec.x: the variable IMAGE_TAGG is not defined (did you mean IMAGE_TAG? "
                + "Else define it, or give a default as in ${IMAGE_TAGG:-text}, or write $${IMAGE_TAGG} to keep it as it is)"
        ),
        (
            "x: [a, {y: \"${q.r}\"}]",
            "environments/a/app.yaml: Widget.example.com w, spec.x[1].y: \"${q.r}\" is no expression: a } or a function is expected after the "
                + "name (to keep it as it is, write $${ in place of ${)"
        ),
        (
            "x: {a1: 1, \"a${N}\": 2}",
            "environments/a/app.yaml: Widget.example.com w, spec.x: two keys of the mapping become the same by their variables"
        ),
    ])
    func errorsNameObjectFieldAndFile(_ field: String, _ message: String) {
        #expect(Self.problem(Self.widget(field), values: ["IMAGE_TAG": "1", "N": 1]) == message)
    }

    @Test func valuesOfASecretAreNotShown() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: \"hunter${2x\"}\n"
        let text = Self.problem(secret, values: ["A": "b"])
        #expect(!text.contains("hunter") && !text.contains("2x"))
        #expect(
            text.hasPrefix("environments/a/app.yaml: Secret s, stringData.password: an expression is wrong or names an unknown variable"))
        let unknown = Self.problem(secret.replacing("${2x", with: "${hidden}"))
        #expect(!unknown.contains("hidden"), "\(unknown)")
    }

    @Test(arguments: [
        ("vars.yaml", "A: 3", "vars.yaml:4:8: the data of a ConfigMap are strings, and A is a number (put it in quotes)"),
        ("vars.yaml", "a.b: x", "vars.yaml:4:8: \"a.b\" is no name of a variable (letters, digits and _, and no digit in front)"),
        ("none.yaml", "", "environments/a/environment.yaml:4:7: none.yaml does not exist"),
        ("../vars.yaml", "", "environments/a/environment.yaml:4:7: ../vars.yaml leads out of the repository"),
    ])
    func badSources(_ path: String, _ data: String, _ message: String) {
        #expect(Self.problem(Self.widget("x: 1"), from: [.init(path: path)], files: ["vars.yaml": Self.config("v", data)]) == message)
    }

    @Test func theConfigMapMustBeClear() {
        let two = Self.config("one", "A: b") + "---\n" + Self.config("two", "A: c")
        func problem(_ name: String?, _ text: String) -> String {
            Self.problem(Self.widget("x: ${A}"), from: [.init(path: "vars.yaml", name: name)], files: ["vars.yaml": text])
        }
        let place = "environments/a/environment.yaml:4:7: "
        #expect(problem(nil, two) == place + "vars.yaml has 2 ConfigMaps (say which one by name: one, two)")
        #expect(problem("tow", two) == place + "vars.yaml has no ConfigMap tow (did you mean \"two\"?)")
        #expect(problem("two", two) == "rendered 1 objects")
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {A: b}\n"
        #expect(
            problem(nil, secret)
                == "vars.yaml:2:1: variables are read from ConfigMaps, and this is a Secret (what is secret must not become a part of other "
                + "objects)")
    }

    @Test func aLargeValueIsRefused() {
        let files = ["vars.yaml": Self.config("v", "A: \(String(repeating: "a", count: 65_537))")]
        #expect(
            Self.problem(Self.widget("x: 1"), from: [.init(path: "vars.yaml")], files: files)
                == "vars.yaml:4:8: the variable A has 65537 bytes; at most 65536 are taken")
    }

    @Test func whatVariablesReadIsAmongTheFilesRead() throws {
        let texts = [
            "environments/a/kustomization.yaml": "resources: [app.yaml]\n", "environments/a/app.yaml": Self.widget("x: ${A}"),
            "vars.yaml": Self.config("v", "A: b"), Self.policy: "spec: {}\n",
        ]
        let variables = EnvironmentVariables(sources: [.init(path: "vars.yaml")], file: Self.policy, path: [])
        let rendering = try EnvironmentRenderer(files: InMemoryFiles(texts), yaml: .standard)
            .render(environment: "a", namespace: "n", variables: variables)
        #expect(rendering.filesRead.contains("vars.yaml") && rendering.filesRead.contains(Self.policy))
    }
}
