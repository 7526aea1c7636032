import Manifests
import Testing
import YAML

@Suite("Writing YAML")
struct YAMLEmitTests {
    @Test func theFormOfKubectl() {
        let value: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x", "labels": [:], "finalizers": []],
            "data": ["script": "#!/bin/sh\necho hi\n", "last": "a\nb", "keep": "a\n\n", "quoted": "yes", "number": "0644", "empty": ""],
            "list": [["name": "a", "items": [1, 2]], [[1], [true]], "x: y", .null, 1.0],
        ]
        #expect(
            YAML.emit(value) == """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: x
                  labels: {}
                  finalizers: []
                data:
                  script: |
                    #!/bin/sh
                    echo hi
                  last: |-
                    a
                    b
                  keep: |+
                    a

                  quoted: "yes"
                  number: "0644"
                  empty: ""
                list:
                - name: a
                  items:
                  - 1
                  - 2
                - - - 1
                  - - true
                - 'x: y'
                - null
                - 1.0

                """)
    }

    @Test(arguments: [
        ("plain text", "plain text"), ("true", "\"true\""), ("on", "\"on\""), ("1.5", "\"1.5\""), ("2026-01-31", "\"2026-01-31\""),
        ("12:30", "\"12:30\""), ("- a", "'- a'"), ("#a", "'#a'"),
        ("a: b", "'a: b'"), ("a #b", "'a #b'"), ("it's: x", "'it''s: x'"), (" a", "' a'"), ("a ", "'a '"), ("a:", "'a:'"),
        ("a\tb", "\"a\\tb\""), ("a\u{1}", "\"a\\x01\""), ("@x", "'@x'"),
        ("http://x", "http://x"), ("a,b", "a,b"), ("-x", "-x"), ("1.2.3", "1.2.3"), ("é", "é"), ("$(VAR)", "$(VAR)"), ("{{x}}", "'{{x}}'"),
        ("~", "\"~\""), ("<<", "\"<<\""), ("=", "\"=\""),
    ])
    func quotes(_ text: String, _ written: String) {
        #expect(YAML.emit(["a": .string(text)]) == "a: \(written)\n")
    }

    @Test func scalarsAlone() {
        #expect(YAML.emit("a") == "a\n")
        #expect(YAML.emit(.null) == "null\n")
        #expect(YAML.emit([:]) == "{}\n")
        #expect(YAML.emit(documents: [["a": 1], ["b": 2]]) == "a: 1\n---\nb: 2\n")
    }
}
