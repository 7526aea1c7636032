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
        ("1013-0-33 a\"b\\", "\"1013-0-33 a\\\"b\\\\\""), ("'\u{301}: ", "'''\u{301}: '"), ("0x_", "\"0x_\""), ("1_0.5_", "\"1_0.5_\""),
        ("2026-02-30", "\"2026-02-30\""), ("1e400", "1e400"), ("0o17", "\"0o17\""), ("+.inf", "\"+.inf\""), ("NaN", "NaN"), ("_1", "_1"),
    ])
    func quotes(_ text: String, _ written: String) {
        #expect(YAML.emit(["a": .string(text)]) == "a: \(written)\n")
    }

    /// Readers of YAML 1.1 take a number with an exponent and no point for a string.
    @Test(
        arguments: [
            (1e20, "1.0e+20"), (1e-7, "1.0e-07"), (1.5e300, "1.5e+300"), (-2e17, "-2.0e+17"), (1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"),
            (.leastNonzeroMagnitude, "5.0e-324"), (123_456_789.25, "123456789.25"),
        ] as [(Double, String)])
    func doubles(_ number: Double, _ written: String) {
        #expect(YAML.emit(["a": .double(number)]) == "a: \(written)\n")
    }

    @Test func scalarsAlone() {
        #expect(YAML.emit("a") == "a\n")
        #expect(YAML.emit(.null) == "null\n")
        #expect(YAML.emit([:]) == "{}\n")
        #expect(YAML.emit(documents: [["a": 1], ["b": 2]]) == "a: 1\n---\nb: 2\n")
    }
}
