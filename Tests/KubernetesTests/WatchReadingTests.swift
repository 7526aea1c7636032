import Manifests
import Testing

@testable import Kubernetes

@Suite struct WatchReadingTests {
    static let subject = CallSubject("watch", "pods")

    @Test func linesAreCutWhereverTheChunksEnd() {
        let text = "first\nsecond\n\nthird"
        for size in 1...text.utf8.count {
            var lines = LineSplitter(maximumBytes: 100)
            var found: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                lines.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let line = lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
            }
            #expect(found == ["first", "second", ""])
        }
    }

    @Test func aLineWithoutEndIsSeen() {
        var lines = LineSplitter(maximumBytes: 10)
        lines.append(Array(repeating: 0x41, count: 11))
        #expect(lines.next() == nil)
        #expect(lines.isTooLong)
    }

    @Test func events() throws {
        func read(_ text: String) throws -> WatchEvent? { try WatchEventReader.read(Array(text.utf8), Self.subject) }
        guard case .added(let object)? = try read(#"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#) else {
            Issue.record("no added event")
            return
        }
        #expect(object.name == "a")
        guard
            case .bookmark("12", endsInitialEvents: false)? = try read(
                #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}"#)
        else {
            Issue.record("no bookmark")
            return
        }
        guard
            case .error(let error)? = try read(
                #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}"#)
        else {
            Issue.record("no error event")
            return
        }
        #expect(error.code == .gone)
        #expect(try read("") == nil)
        #expect(throws: KubernetesError.self) { try read("{") }
    }
}
