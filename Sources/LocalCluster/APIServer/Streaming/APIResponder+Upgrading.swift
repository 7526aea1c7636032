internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension APIResponder {
    /// What a request for a WebSocket leads to. It passes the same way as any other request; a refusal is nil here, and becomes an answer when
    /// the request is then served without the upgrade.
    func upgrade(_ head: HTTPRequest, channel: any Channel) async -> APIResponse.Upgrade? {
        guard let name = HTTPField.Name("Sec-WebSocket-Protocol") else { return nil }
        let offered = head.headerFields[values: name].flatMap { $0.split(separator: ",") }.map { String($0.trimmingSpaces) }
        guard !offered.isEmpty else { return nil }
        let source = ApplicationRequestContextSource(channel: channel, logger: handler.logger)
        do throws(APIError) {
            var request = try await read(Request(head: head, body: RequestBody(buffer: ByteBuffer())), APIContext(source: source))
            request.webSocketProtocols = offered
            guard case .upgrade(let upgrade) = await handler.handle(request).body else { return nil }
            return upgrade
        } catch {
            return nil
        }
    }
}

extension Substring {
    /// Without the white space that HTTP allows around the members of a list.
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
