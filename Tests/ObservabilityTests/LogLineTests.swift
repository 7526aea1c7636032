import Logging
import Synchronization
import Testing

@testable import Observability

@Suite struct LogLineTests {
    private func line(_ format: LogFormat, _ message: String, _ metadata: Logger.Metadata = [:], label: String = "slipway") -> String {
        String(
            decoding: LogLine.make(
                format: format, unixMilliseconds: 1_761_467_400_125, level: .info, label: label, message: message, metadata: metadata),
            as: UTF8.self)
    }

    @Test func `text is time, level, message and sorted fields`() {
        #expect(
            line(.text, "Release is verified", ["revision": "abc123", "environment": "staging"])
                == "2025-10-26T08:30:00.125Z info Release is verified environment=staging revision=abc123 logger=slipway")
    }

    @Test func `values that would confuse are quoted`() {
        #expect(
            line(.text, "m", ["a": "x y", "b": "say \"hi\"", "c": "", "d": "k=v", "e": "1\n2"], label: "")
                == #"2025-10-26T08:30:00.125Z info m a="x y" b="say \"hi\"" c="" d="k=v" e="1\n2""#)
    }

    @Test func `one event is one line, and no control character passes`() {
        for format in LogFormat.allCases {
            let text = line(format, "first\nsecond\r\u{1B}[31mred\u{0}", ["k\ney": "v\u{7}\n"])
            #expect(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F })
        }
    }

    @Test func `json has the four members first and renames what collides`() {
        #expect(
            line(.json, "m", ["time": "fake", "count": "3"])
                == #"{"time":"2025-10-26T08:30:00.125Z","level":"info","logger":"slipway","message":"m","count":"3","field_time":"fake"}"#)
    }

    @Test func `secrets do not pass in messages, values and names`() {
        let metadata: Logger.Metadata = [
            "url": "https://u:hunter2@h/", "token": "hunter2", "nested": .dictionary(["password": "hunter2"]),
            "list": .array(["Bearer hunter2hunter2"]),
        ]
        for format in LogFormat.allCases {
            #expect(!line(format, "Authorization: Bearer hunter2", metadata).contains("hunter2"))
        }
    }

    @Test func `long values are cut and many fields are counted`() {
        let long = line(.text, String(repeating: "x", count: 100_000))
        #expect(long.utf8.count < 5000)
        #expect(long.contains("...[95904 bytes more]"))
        var metadata: Logger.Metadata = [:]
        for index in 0..<60 { metadata["key\(index + 100)"] = "v" }
        #expect(line(.text, "m", metadata).contains(" fields_left_out=12 "))
        var deep: Logger.MetadataValue = "end"
        for _ in 0..<50 { deep = .array([deep]) }
        #expect(line(.text, "m", ["deep": deep]).contains("deep=[[[[...]]]]"))
    }

    @Test func `a logger writes through its sink, with its metadata`() {
        let lines = Lines()
        var logger = LogSetup.logger(
            label: "test", level: .info, sink: LogSink { lines.add($0) }, clock: .fixed(milliseconds: 0))
        logger[metadataKey: "release"] = "r1"
        logger.debug("not shown")
        logger.info("shown", metadata: ["step": "2"])
        #expect(lines.all == ["1970-01-01T00:00:00.000Z info shown release=r1 step=2 logger=test\n"])
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ bytes: [UInt8]) { lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
        var all: [String] { lines.withLock { $0 } }
    }
}
