import Delivery
import Manifests
import SlipwayCommands
import Testing

@Suite struct AuditExportTests {
    private func entry(_ changes: [String: Value] = [:]) -> Value {
        var entry: Value = [
            "sequence": 7, "at": "2026-01-31T08:30:00.125Z", "actor": "ann", "source": "token", "action": "release.rollingBack",
            "outcome": "ok", "hash": "ab12", "environment": "production", "release": 12,
        ]
        for (key, value) in changes { entry[key] = value }
        return entry
    }

    @Test func anEntryIsOneLineOfTheCommonEventFormat() {
        #expect(
            CEF.line(entry(), version: "0.4.0")
                == "CEF:0|Slipway|slipway|0.4.0|release.rollingBack|release rolling back|6|rt=1769848200125 externalId=7 cat=audit act=release.rollingBack suser=ann outcome=ok cs1Label=entryHash cs1=ab12 cs2Label=environment cs2=production cs5Label=actorSource cs5=token cn1Label=release cn1=12"
        )
    }

    /// The examples of the format's own description.
    @Test(arguments: [
        ("detected a | in message", "detected a \\| in message"), ("detected a \\ in packet", "detected a \\\\ in packet"),
        ("detected a = in message", "detected a = in message"), ("two\r\nlines", "two  lines"),
    ])
    func inTheHeader(_ text: String, _ escaped: String) { #expect(CEF.escapedHeader(text) == escaped) }

    @Test(arguments: [
        ("blocked a |", "blocked a |"), ("blocked a \\", "blocked a \\\\"), ("blocked a =", "blocked a \\="),
        ("two\nlines", "two\\nlines"), ("two\r\nlines", "two\\r\\nlines"), ("\\=\n", "\\\\\\=\\n"), ("\u{1F680} Ä", "\u{1F680} Ä"),
    ])
    func inTheExtension(_ text: String, _ escaped: String) { #expect(CEF.escapedValue(text) == escaped) }

    @Test func whatPeopleWriteCannotAddFieldsOrLines() {
        let reason = "x outcome=denied\nCEF:0|Evil|x|1|a|b|10|suser=root\\"
        let line = CEF.line(entry(["reason": .string(reason), "actor": "a|b=c"]), version: "1")
        #expect(!line.contains("\n"))
        #expect(line.contains(" reason=x outcome\\=denied\\nCEF:0|Evil|x|1|a|b|10|suser\\=root\\\\ cs1Label"))
        #expect(line.contains(" suser=a|b\\=c "))
    }

    @Test func longReasonsAreCutAtTheFormatsLength() {
        let line = CEF.line(entry(["reason": .string(String(repeating: "ä", count: 5_000))]), version: "1")
        #expect(line.count { $0 == "ä" } == 1023)
    }

    @Test(arguments: [("90d", 7_776_000 as Int64), ("0d", 0), ("12h", 43_200), ("0", 0), ("10000d", 864_000_000)])
    func daysAreUnderstoodWherePeopleCountInThem(_ text: String, _ seconds: Int64) {
        #expect(DurationText.parseDays(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "d", "-1d", "1.5d", "10001d", "99999999999d", "1d12h", "1 d"]) func otherTextIsNoSpan(_ text: String) {
        #expect(DurationText.parseDays(text) == nil)
    }
}
