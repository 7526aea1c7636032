/// A whole response. Any status is a response, not an error.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    /// The decompressed body.
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// True for 200...299.
    package var isSuccess: Bool { (200...299).contains(status) }
    /// The body as text; bytes that are no UTF-8 become the replacement character.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
