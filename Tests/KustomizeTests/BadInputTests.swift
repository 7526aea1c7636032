import Kustomize
import Manifests
import Testing

/// Bytes and fields that are not what they should be: the whole of what an operator reads.
@Suite("Bad input")
struct BadInputTests {
    private static let good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

    private static func description(_ files: [String: [UInt8]], limits: RenderLimits = .standard) -> String {
        var tree = InMemoryFiles()
        for (path, bytes) in files { tree.set("app/" + path, bytes) }
        do {
            return "rendered \(try Renderer(files: tree, yaml: .standard, limits: limits).render("app").objects.count)"
        } catch {
            return "\(error)"
        }
    }

    // MARK: Bytes

    private static let bytes: [(bytes: [UInt8], description: String)] = [
        ([0x61, 0x3A, 0x20, 0xFF, 0x0A], "app/a.yaml:1:4: not valid YAML: invalid leading UTF-8 octet (0xff)"),
        ([0x61, 0x3A, 0x20, 0xC3, 0x28, 0x0A], "app/a.yaml:1:5: not valid YAML: invalid trailing UTF-8 octet (0x28)"),
        ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80, 0x0A], "app/a.yaml:1:4: not valid YAML: invalid Unicode character (0xd800)"),
        (Array("a: b\u{0}c\n".utf8), "app/a.yaml:1:5: not valid YAML: control characters are not allowed (0x0)"),
        (Array("a: \u{7}\n".utf8), "app/a.yaml:1:4: not valid YAML: control characters are not allowed (0x7)"),
        (
            Array("a:\n\tb: c\n".utf8),
            "app/a.yaml:2:1: not valid YAML: found character that cannot start any token while scanning for the next token"
        ),
        (
            Array("a: 'b\n".utf8),
            "app/a.yaml:2:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar that starts on line 1"
        ),
        (Array("%YAML 2.0\n---\na: b\n".utf8), "app/a.yaml:1:1: not valid YAML: found incompatible YAML document"),
        (Array("- a\n".utf8), "app/a.yaml:1:1: an object is a mapping, not a list (document 1 of app/a.yaml)"),
        (Array("text\n".utf8), "app/a.yaml:1:1: an object is a mapping, not a string (document 1 of app/a.yaml)"),
        (Array("a: *b\n".utf8), "app/a.yaml:1:4: the alias *b stands for nothing that is complete before it"),
        ([0xFF, 0xFE, 0x61], "app/a.yaml:1:3: not valid YAML: incomplete UTF-16 character"),
    ]

    @Test(arguments: bytes.indices) func bytesThatAreNoManifest(_ index: Int) {
        let (bytes, wanted) = Self.bytes[index]
        let found = Self.description(["kustomization.yaml": Array("resources: [a.yaml]\n".utf8), "a.yaml": bytes])
        #expect(found == wanted)
    }

    /// Other encodings and line ends of one text mean the same.
    @Test func encodings() {
        let kustomization = Array("resources: [a.yaml]\n".utf8)
        let crlf = Self.good.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
        let wide = Self.good.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        for bytes in [Array(crlf.utf8), [0xEF, 0xBB, 0xBF] + Array(Self.good.utf8), [0xFF, 0xFE] + wide] {
            #expect(Self.description(["kustomization.yaml": kustomization, "a.yaml": bytes]) == "rendered 1")
        }
    }

    // MARK: Fields

    private static let fields: [(text: String, description: String)] = [
        (
            "apiVersion: v9\n",
            #"app/kustomization.yaml:1:1: apiVersion "v9" is not one of a Kustomization (write kustomize.config.k8s.io/v1beta1)"#
        ), ("kind: Pod\n", #"app/kustomization.yaml:1:1: kind must be Kustomization or Component, not "Pod""#),
        ("apiVersion: 1\n", "app/kustomization.yaml:1:1: apiVersion must be a string, not a number (write it in quotes)"),
        ("[a]\n", "app/kustomization.yaml:1:1: kustomization must be a mapping, not a list"),
        ("", "app/kustomization.yaml: the kustomization is empty"),
        ("a: b\n---\nc: d\n", "app/kustomization.yaml:3:1: a kustomization is one document"),
        ("resources: a.yaml\n", "app/kustomization.yaml:1:1: resources must be a list, not a string"),
        ("resources: [1]\n", "app/kustomization.yaml:1:13: every entry of resources must be a string, not a number"),
        ("resources: [{a: b}]\n", "app/kustomization.yaml:1:13: every entry of resources must be a string, not a mapping"),
        (
            "resources: [folder]\n",
            "app/kustomization.yaml:1:13: app/folder has no kustomization (add a file app/folder/kustomization.yaml)"
        ),
        ("resources: [\"a\\0b\"]\n", "app/kustomization.yaml:1:13: a path has a control character"),
        ("resources: [a.yaml/b]\n", "app/kustomization.yaml:1:13: app/a.yaml/b does not exist"),
        ("bases: true\n", "app/kustomization.yaml:1:1: bases must be a list, not a boolean"),
        ("components: [a.yaml]\n", "app/kustomization.yaml:1:14: the component app/a.yaml is not a folder"),
        ("namespace: [a]\n", "app/kustomization.yaml:1:1: namespace must be a string, not a list"),
        ("namePrefix: 1\n", "app/kustomization.yaml:1:1: namePrefix must be a string, not a number (write it in quotes)"),
        ("nameSuffix: {}\n", "app/kustomization.yaml:1:1: nameSuffix must be a string, not a mapping"),
        ("labels: {a: b}\n", "app/kustomization.yaml:1:1: labels must be a list, not a mapping"),
        ("labels: [{pairs: [a]}]\n", "app/kustomization.yaml:1:11: pairs must be a mapping, not a list"),
        ("labels: [{pairs: {a: 1}}]\n", "app/kustomization.yaml:1:19: pairs.a must be a string, not a number (write it in quotes)"),
        (
            "labels: [{pairs: {a: b}, includeSelectors: 1}]\n",
            "app/kustomization.yaml:1:26: includeSelectors must be true or false, not a number"
        ),
        ("commonLabels: {a: [b]}\n", "app/kustomization.yaml:1:16: commonLabels.a must be a string, not a list"),
        ("commonAnnotations: a\n", "app/kustomization.yaml:1:1: commonAnnotations must be a mapping, not a string"),
        ("images: {name: a}\n", "app/kustomization.yaml:1:1: images must be a list, not a mapping"),
        ("images: [{name: [a]}]\n", "app/kustomization.yaml:1:11: name must be a string, not a list"),
        (
            "images: [{name: \"a(\"}]\n",
            #"app/kustomization.yaml:1:11: the image name "a(" is not a regular expression: there is a ( without its )"#
        ),
        ("images: [{name: a, newTag: 1.5}]\n", "app/kustomization.yaml:1:20: newTag must be a string, not a number (write it in quotes)"),
        ("replicas: [{name: a, count: x}]\n", "app/kustomization.yaml:1:22: count must be a whole number of at most 64 bits, not a string"),
        ("replicas: [{name: a, count: 1.5}]\n", "app/kustomization.yaml:1:22: count must be a whole number of at most 64 bits, not 1.5"),
        (
            "replicas: [{name: a, count: 99999999999999999999}]\n",
            "app/kustomization.yaml:1:22: count must be a whole number of at most 64 bits, not 1e+20"
        ), ("patches: [a]\n", "app/kustomization.yaml:1:11: patch must be a mapping, not a string"),
        ("patches: [{}]\n", "app/kustomization.yaml:1:11: a patch needs either patch or path"),
        ("patches: [{path: none.yaml}]\n", "app/kustomization.yaml:1:12: app/none.yaml does not exist"),
        (
            "patches: [{patch: '[', target: {kind: A}}]\n",
            "app/kustomization.yaml:1:12: the patch cannot be read: not valid YAML: did not find expected node content while parsing a flow node"
        ),
        (
            "resources: [a.yaml]\npatches: [{patch: '[{op: test}]', target: {kind: ConfigMap}}]\n",
            #"app/kustomization.yaml:2:12: the patch app/kustomization.yaml cannot be applied to ConfigMap default/a: the operation has no "path""#
        ),
        (
            "resources: [a.yaml]\npatches: [{patch: '[{op: remove, path: a}]', target: {kind: ConfigMap}}]\n",
            #"app/kustomization.yaml:2:12: the patch app/kustomization.yaml cannot be applied to ConfigMap default/a: the JSON pointer "a" does not start with "/""#
        ),
        (
            "resources: [a.yaml]\npatches: [{patch: '[{op: remove, path: /b/c}]', target: {kind: ConfigMap}}]\n",
            "app/kustomization.yaml:2:12: the patch app/kustomization.yaml cannot be applied to ConfigMap default/a: there is nothing at /b/c"
        ),
        (
            "patches: [{patch: '{kind: A}'}]\n",
            "app/kustomization.yaml:1:12: the patch has no metadata.name, and so does not say which object it is for"
        ), ("configMapGenerator: {}\n", "app/kustomization.yaml:1:1: configMapGenerator must be a list, not a mapping"),
        ("configMapGenerator: [{}]\n", "app/kustomization.yaml:1:22: a generated ConfigMap needs a name"),
        ("configMapGenerator: [{name: a, literals: [b]}]\n", "app/kustomization.yaml:1:43: the literal must be written key=value"),
        ("configMapGenerator: [{name: a, files: [no]}]\n", "app/kustomization.yaml:1:40: app/no does not exist"),
        ("configMapGenerator: [{name: a, literals: [a=1, a=2]}]\n", #"app/kustomization.yaml:1:22: the ConfigMap a has the key "a" twice"#),
        (
            "configMapGenerator: [{name: a, behavior: change}]\n",
            #"app/kustomization.yaml:1:32: behavior must be create, merge or replace, not "change""#
        ),
        (
            "configMapGenerator: [{name: a, behavior: merge}]\n",
            "app/kustomization.yaml:1:32: ConfigMap default/a is not there to merge with"
        ),
        (
            "configMapGenerator: [{name: a, literals: [\"b c=1\"]}]\n",
            #"app/kustomization.yaml:1:22: "b c" cannot be a key: it may have letters, digits, "-", "_" and ".""#
        ),
        ("generatorOptions: [a]\n", "app/kustomization.yaml:1:1: generatorOptions must be a mapping, not a list"),
        ("replacements: [{}]\n", "app/kustomization.yaml:1:16: a replacement needs a source"),
        (
            "replacements: [{source: {kind: A}, targets: []}]\n",
            "app/kustomization.yaml:1:17: the source of the replacement selects no object"
        ),
        (
            "replacements: [{source: {kind: A}, targets: [{}]}]\n",
            "app/kustomization.yaml:1:46: a replacement target must say what to select"
        ), ("vars: [{}]\n", "app/kustomization.yaml:1:8: a variable needs a name"),
        ("vars: [{name: A}]\n", "app/kustomization.yaml:1:8: the variable A needs an objref"),
        ("configurations: [none]\n", "app/kustomization.yaml:1:18: app/none does not exist"),
        (
            "openapi: {version: v0}\n",
            "app/kustomization.yaml:1:11: the OpenAPI version v0 is not built in (name a schema file under path:)"
        ), ("sortOptions: {order: up}\n", #"app/kustomization.yaml:1:15: order must be fifo or legacy, not "up""#),
        (
            "buildMetadata: [x]\n",
            #"app/kustomization.yaml:1:17: buildMetadata knows managedByLabel, originAnnotations, transformerAnnotations, not "x""#
        ),
        (
            "transformers: [a.yaml]\n",
            "app/a.yaml:1:1: ConfigMap of v1 is not a built-in plugin that is known (programs of a repository are never run while rendering)"
        ),
        (
            "validators: [a.yaml]\n",
            "app/a.yaml:1:1: ConfigMap of v1 is not a built-in plugin that is known (programs of a repository are never run while rendering)"
        ),
        (
            "helmCharts: [{name: a}]\n",
            "app/kustomization.yaml:1:1: helmCharts is not rendered within a kustomization (name the chart in the environment.yaml of the Environment, under spec.helm)"
        ),
        ("namePrefix: \(String(repeating: "x", count: 1_001))\n", "app/kustomization.yaml:1:1: namePrefix is longer than 1000 characters"),
    ]

    @Test(arguments: fields.indices) func fieldsOfTheWrongKind(_ index: Int) {
        let (text, wanted) = Self.fields[index]
        let found = Self.description([
            "kustomization.yaml": Array(text.utf8), "a.yaml": Array(Self.good.utf8), "folder/x.yaml": Array(Self.good.utf8),
        ])
        #expect(found == wanted)
    }
}
