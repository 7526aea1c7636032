internal import NIOCore

/// The frames of SPDY/3.1 that port-forwarding uses.
enum SPDYFrame: Equatable {
    case openStream(UInt32, headers: ByteBuffer, isLast: Bool)
    case data(UInt32, ByteBuffer, isLast: Bool)
    case reset(UInt32)
    case ping(UInt32)
    case goAway
    /// Nothing that we have to do something about: settings, window updates, headers that come later.
    case other

    enum Failure: Error {
        case unsupported, tooLong, malformed
    }

    /// Takes the next frame off the front; nil when it is not there as a whole.
    static func read(from buffer: inout ByteBuffer) throws(Failure) -> SPDYFrame? {
        guard let head = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self),
            let second = buffer.getInteger(at: buffer.readerIndex + 4, as: UInt32.self)
        else { return nil }
        let length = Int(second & 0x00FF_FFFF)
        let flags = UInt8(second >> 24)
        guard length <= APIServerLimits.spdyFrameBytes else { throw .tooLong }
        guard buffer.readableBytes >= 8 + length else { return nil }
        buffer.moveReaderIndex(forwardBy: 8)
        guard var body = buffer.readSlice(length: length) else { return nil }
        if head & 0x8000_0000 == 0 { return .data(head, body, isLast: flags & 1 != 0) }
        guard (head >> 16) & 0x7FFF == 3 else { throw .unsupported }
        switch head & 0xFFFF {
        case 1:
            guard let stream = body.readInteger(as: UInt32.self), body.readSlice(length: 6) != nil else { throw .malformed }
            return .openStream(stream & 0x7FFF_FFFF, headers: body, isLast: flags & 1 != 0)
        case 3:
            guard let stream = body.readInteger(as: UInt32.self) else { throw .malformed }
            return .reset(stream & 0x7FFF_FFFF)
        case 6:
            guard let number = body.readInteger(as: UInt32.self) else { throw .malformed }
            return .ping(number)
        case 7:
            return .goAway
        default:
            return .other
        }
    }

    // MARK: - What we send

    static func dataFrame(_ stream: UInt32, _ bytes: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var bytes = bytes
        var frame = ByteBuffer()
        frame.writeInteger(stream)
        frame.writeInteger(UInt32(isLast ? 1 : 0) << 24 | UInt32(bytes.readableBytes))
        frame.writeBuffer(&bytes)
        return frame
    }

    static func pong(_ number: UInt32) -> ByteBuffer { control(6, ByteBuffer(integer: number)) }

    static func reset(_ stream: UInt32) -> ByteBuffer {
        var body = ByteBuffer(integer: stream)
        body.writeInteger(UInt32(3))  // REFUSED_STREAM
        return control(3, body)
    }

    /// Accepts a stream, with no headers. They have to be a part of the compressed stream all the same: an empty list as a stored block,
    /// and the empty block that makes a reader pass on what it has.
    static func reply(_ stream: UInt32, isFirst: Bool) -> ByteBuffer {
        var body = ByteBuffer(integer: stream)
        if isFirst { body.writeBytes([0x78, 0x01]) }
        body.writeBytes([0, 4, 0, 0xFB, 0xFF, 0, 0, 0, 0])
        body.writeBytes([0, 0, 0, 0xFF, 0xFF])
        return control(2, body)
    }

    private static func control(_ type: UInt32, _ body: ByteBuffer) -> ByteBuffer {
        var body = body
        var frame = ByteBuffer()
        frame.writeInteger(0x8003_0000 | type)
        frame.writeInteger(UInt32(body.readableBytes))
        frame.writeBuffer(&body)
        return frame
    }
}
