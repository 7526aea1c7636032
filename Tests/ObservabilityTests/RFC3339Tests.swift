import Testing

@testable import Observability

@Suite struct RFC3339Tests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_761_467_400, "2025-10-26T08:30:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"), (4_107_542_399, "2100-02-28T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ])
    func `seconds and text are the same time`(seconds: Int64, text: String) {
        #expect(RFC3339.string(fromUnixSeconds: seconds) == text)
        #expect(RFC3339.unixSeconds(from: text) == seconds)
    }

    @Test func `milliseconds are kept, also before 1970`() {
        #expect(RFC3339.string(fromUnixMilliseconds: 1_761_467_400_007) == "2025-10-26T08:30:00.007Z")
        #expect(RFC3339.string(fromUnixMilliseconds: -1) == "1969-12-31T23:59:59.999Z")
        for milliseconds in stride(from: Int64(-62_000_000_000_000), through: 253_000_000_000_000, by: 77_777_777_777) {
            #expect(RFC3339.unixMilliseconds(from: RFC3339.string(fromUnixMilliseconds: milliseconds)) == milliseconds)
        }
    }

    @Test func `offsets, fractions and letters`() {
        #expect(RFC3339.unixSeconds(from: "2025-10-26T10:30:00+02:00") == 1_761_467_400)
        #expect(RFC3339.unixSeconds(from: "2025-10-26t03:00:00-05:30") == 1_761_467_400)
        #expect(RFC3339.unixMilliseconds(from: "2025-10-26T08:30:00.5Z") == 1_761_467_400_500)
        #expect(RFC3339.unixMilliseconds(from: "2025-10-26 08:30:00.123456789z") == 1_761_467_400_123)
        #expect(RFC3339.unixSeconds(from: "2016-12-31T23:59:60Z") == 1_483_228_799)
    }

    @Test(arguments: [
        "", "2025", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T00:00:00",
        "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+2:00", "2025-01-01T00:00:00Zx", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z",
        "+025-01-01T00:00:00Z", "2025-01-01T00:00:61Z",
    ])
    func `what is not a time is nil`(text: String) {
        #expect(RFC3339.unixMilliseconds(from: text) == nil)
    }

    @Test func `times beyond four digits stay readable`() {
        #expect(RFC3339.string(fromUnixSeconds: .max) == "9999-12-31T23:59:59Z")
        #expect(RFC3339.string(fromUnixSeconds: .min) == "0000-01-01T00:00:00Z")
        #expect(RFC3339.string(fromUnixMilliseconds: .min) == "0000-01-01T00:00:00.000Z")
        #expect(RFC3339.string(fromUnixMilliseconds: .max) == "9999-12-31T23:59:59.999Z")
    }
}
