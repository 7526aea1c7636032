internal import HTTPTransport
package import Manifests

/// One change of a watched collection.
package enum WatchEvent: Sendable {
    case added(Value)
    case modified(Value)
    case deleted(Value)
    /// Nothing changed; from this resourceVersion a later watch may go on.
    ///
    /// With `endsInitialEvents`, all that there was when the watch began has been sent.
    case bookmark(resourceVersion: String, endsInitialEvents: Bool)
    /// The server ends the watch. With code `gone` the collection is to be listed again.
    case error(KubernetesError)
}

/// The events of one watch, until the server ends it (`nil`) or the connection breaks (an error). It does not reconnect.
package struct WatchEvents: AsyncSequence {
    package typealias Element = WatchEvent
    package typealias Failure = KubernetesError

    let stream: HTTPStream
    let subject: CallSubject
    let maximumEventBytes: Int

    package func makeAsyncIterator() -> Iterator {
        Iterator(chunks: stream.makeAsyncIterator(), subject: subject, lines: LineSplitter(maximumBytes: maximumEventBytes))
    }

    package struct Iterator: AsyncIteratorProtocol {
        var chunks: HTTPStream.Iterator
        let subject: CallSubject
        var lines: LineSplitter

        package mutating func next() async throws(KubernetesError) -> WatchEvent? {
            try await next(isolation: #isolation)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(KubernetesError) -> WatchEvent? {
            while true {
                if let line = lines.next() {
                    if let event = try WatchEventReader.read(line, subject) { return event }
                    continue
                }
                if lines.isTooLong {
                    throw KubernetesError(
                        .tooLarge, "cannot \(subject.verb) \(subject.what): one event is larger than \(lines.maximumBytes) bytes")
                }
                do throws(HTTPError) {
                    guard let chunk = try await chunks.next(isolation: actor) else { return nil }
                    lines.append(chunk)
                } catch {
                    throw KubernetesError(error, subject)
                }
            }
        }
    }
}

enum WatchEventReader {
    /// `nil` for a blank line and for a type of event that we do not know.
    static func read(_ line: [UInt8], _ subject: CallSubject) throws(KubernetesError) -> WatchEvent? {
        if line.isEmpty { return nil }
        let event: Value
        do throws(ManifestError) {
            event = try JSON.parse(line)
        } catch {
            throw .unexpected(subject, "has an event that is not JSON")
        }
        let object = event["object"] ?? .null
        switch event["type"]?.string {
        case "ADDED": return .added(object)
        case "MODIFIED": return .modified(object)
        case "DELETED": return .deleted(object)
        case "BOOKMARK":
            let isEnd = object.annotations?["k8s.io/initial-events-end"]?.string == "true"
            return .bookmark(resourceVersion: object.resourceVersion ?? "", endsInitialEvents: isEnd)
        case "ERROR": return .error(StatusReader.error(watched: object, subject))
        default: return nil
        }
    }
}

/// Cuts a stream of bytes at line feeds.
struct LineSplitter: Sendable {
    let maximumBytes: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// How far the buffer was searched without a find, so that no byte is looked at twice.
    private var searched = 0

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    var isTooLong: Bool { buffer.count - start > maximumBytes }

    /// What a burst of events needed is not kept for a watch that is silent for hours.
    private static let keptBytes = 64 << 10

    mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer += bytes
    }

    /// The next whole line without its line feed.
    mutating func next() -> [UInt8]? {
        guard let end = buffer[searched...].firstIndex(of: 0x0A) else {
            if start == buffer.count, buffer.capacity > Self.keptBytes { (buffer, start) = ([], 0) }
            searched = buffer.count
            return nil
        }
        let line = Array(buffer[start..<end])
        start = end + 1
        searched = start
        return line
    }
}
