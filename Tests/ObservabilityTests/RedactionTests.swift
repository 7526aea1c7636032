import Testing

@testable import Observability

@Suite struct RedactionTests {
    @Test(arguments: [
        ("GET with Authorization: Bearer abc.def-1 failed", "GET with Authorization: [redacted]"),
        (#"{"authorization":"Basic dXNlcjpwdw==","x":1}"#, #"{"authorization":"[redacted]","x":1}"#),
        ("sent bearer eyJhbGciOi.J9 to us", "sent bearer [redacted] to us"),
        ("token was Basic dXNlcjpwYXNzd29yZA==.", "token was Basic [redacted]"),
        ("clone https://bob:s3cret@git.example.com/x.git failed", "clone https://[redacted]@git.example.com/x.git failed"),
        ("https://ghp_abcdef@host/x and https://host/y", "https://[redacted]@host/x and https://host/y"),
        ("postgres://u:p@ss@db:5432/nova?x=1", "postgres://[redacted]@db:5432/nova?x=1"),
    ])
    func `secrets are taken out`(text: String, expected: String) {
        #expect(Redaction.redacted(text) == expected)
    }

    @Test(arguments: [
        "three basic health checks passed", "https://example.com/a@b", "a://b", "no authorization was given", "-----BEGIN CERTIFICATE-----",
        "mail bob@example.com", "", "forbearer x", "the bearer",
    ])
    func `what is no secret stays`(text: String) {
        #expect(Redaction.redacted(text) == text)
    }

    @Test func `private keys are taken out, also cut ones`() {
        let key = "a -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY----- b"
        #expect(Redaction.redacted(key) == "a -----BEGIN PRIVATE KEY-----[redacted] b")
        #expect(Redaction.redacted("-----BEGIN PRIVATE KEY-----\nMIIE").contains("MIIE") == false)
        let mixed =
            "-----BEGIN CERTIFICATE-----\nCERT\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\nKEY\n-----END EC PRIVATE KEY-----"
        #expect(Redaction.redacted(mixed).contains("CERT\n"))
        #expect(!Redaction.redacted(mixed).contains("KEY\n"))
    }

    @Test func `nothing traps on any bytes`() {
        for length in 0..<30 {
            _ = Redaction.redacted(String("Authorization: https://a@b -----BEGIN PRIVATE KEY-----".prefix(length)))
            _ = Redaction.redacted(String("Authorization: https://a@b -----BEGIN PRIVATE KEY-----".suffix(length)))
        }
    }

    @Test func `fields that are secret by name`() {
        #expect(Redaction.isSecret(name: "password"))
        #expect(Redaction.isSecret(name: "X-Auth-Token"))
        #expect(Redaction.isSecret(name: "db_password"))
        #expect(!Redaction.isSecret(name: "secret"))
        #expect(!Redaction.isSecret(name: "token_file"))
    }
}
