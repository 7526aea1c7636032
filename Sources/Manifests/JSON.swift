/// JSON text to and from values, by RFC 8259 and without Foundation.
///
/// Integers of 64 bits are kept exactly, larger ones become `double`. Of members with the same key the last wins, as in Kubernetes.
package enum JSON {
    /// Reads one JSON text; `bytes` hold nothing else but white space.
    ///
    /// Throws `invalidJSON` with line, column and offset, or `limitExceeded` for nesting over `ManifestLimits.depth`. Refuses invalid UTF-8, unpaired
    /// surrogates and numbers outside of a double's range, which other readers would alter silently.
    package static func parse(_ bytes: some Collection<UInt8>) throws(ManifestError) -> Value {
        let result = bytes.withContiguousStorageIfAvailable { buffer in parseResult(buffer) }
        if let result { return try result.get() }
        return try Array(bytes).withUnsafeBufferPointer { buffer in parseResult(buffer) }.get()
    }

    private static func parseResult(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<Value, ManifestError> {
        var parser = JSONParser(bytes: buffer)
        do throws(ManifestError) {
            return .success(try parser.parseDocument())
        } catch {
            return .failure(error)
        }
    }

    /// Compact JSON.
    ///
    /// - Parameters:
    ///   - sortedKeys: members in the order of their keys' UTF-8 bytes instead of their own order.
    ///   - escapingHTML: writes `<`, `>`, `&`, U+2028 and U+2029 as `\u` escapes. Go's encoder does so by default, and hashes of its output
    ///     (kustomize's name suffixes) depend on it.
    package static func bytes(_ value: Value, sortedKeys: Bool = false, escapingHTML: Bool = false) -> [UInt8] {
        var writer = JSONWriter(sortedKeys: sortedKeys, pretty: false, escapingHTML: escapingHTML)
        writer.write(value, depth: 0)
        return writer.bytes
    }

    /// JSON as text; `pretty` indents by two spaces.
    package static func string(_ value: Value, sortedKeys: Bool = false, pretty: Bool = false) -> String {
        var writer = JSONWriter(sortedKeys: sortedKeys, pretty: pretty, escapingHTML: false)
        writer.write(value, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Value {
    /// The bytes that are hashed: compact JSON with sorted keys. Equal values have equal canonical bytes.
    package func canonicalBytes() -> [UInt8] { JSON.bytes(self, sortedKeys: true) }
}
