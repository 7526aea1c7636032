import Manifests
import Testing

@testable import Kubernetes

@Suite struct LogExcerptTests {
    @Test(arguments: [
        ("connecting with password=hunter2 now", "connecting with password=(masked) now"),
        (#"{"token": "abc.def", "a": 1}"#, #"{"token": "(masked)", "a": 1}"#),
        ("Authorization: Bearer abcdefghijk", "Authorization: (masked)"), ("sent Bearer abcdefghijk ok", "sent Bearer (masked) ok"),
        ("postgres://user:pw@db:5432/x", "postgres://(masked)@db:5432/x"), ("-----BEGIN PRIVATE KEY-----", "(a PEM block)"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig end", "jwt (masked) end"), ("fatal: no route to host", "fatal: no route to host"),
    ])
    func credentialsAreMasked(line: String, shown: String) {
        #expect(LogExcerpt.masked(line) == shown)
    }

    @Test func valuesOfAppliedSecretsAreMasked() {
        let secrets = KnownSecrets()
        secrets.remember([
            ["apiVersion": "v1", "kind": "Secret", "data": ["a": "c3VwZXItc2VjcmV0"], "stringData": ["b": "another-secret"]]
        ])
        #expect(
            LogExcerpt(secrets: secrets).lines(of: "got super-secret\nand another-secret\u{1B}[0m\n") == [
                "got (secret)", "and (secret)[0m",
            ])
    }

    @Test func aSecretAcrossACutIsMaskedOrLeftOut() {
        let secrets = KnownSecrets()
        secrets.remember([["apiVersion": "v1", "kind": "Secret", "stringData": ["a": "super-secret-of-nova"]]])
        let excerpt = LogExcerpt(secrets: secrets)
        // The shown part of a line would end within the secret.
        let long = String(repeating: "x", count: EnvironmentLimits.logLineCharacters - 5) + "super-secret-of-nova"
        #expect(excerpt.lines(of: long).allSatisfy { !$0.contains("super") })
        let password = String(repeating: "x", count: EnvironmentLimits.logLineCharacters - 8) + " token=eyJhbGciOiJIUzI1NiJ9"
        #expect(excerpt.lines(of: password).allSatisfy { !$0.contains("ey") })
        // The server stopped within the secret.
        #expect(excerpt.lines(of: "first\nsent super-sec", isCut: true) == ["first"])
    }

    @Test func onlyTheLastShortLinesAreShown() {
        let log = (0..<50).map { "line \($0)" }.joined(separator: "\n") + "\n" + String(repeating: "x", count: 5000)
        let lines = LogExcerpt(secrets: KnownSecrets()).lines(of: log)
        #expect(lines.count == 10)
        #expect(lines.first == "line 41")
        #expect(lines.last?.count == 303)
    }
}
