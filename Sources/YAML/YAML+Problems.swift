package import Manifests

extension YAML {
    /// All documents that can be read, and what is wrong with the others: reading goes on at the next `---` after an error, as far as a
    /// parser that has lost its way can. Places are those of the whole text.
    package static func lenientlyParsed(
        _ bytes: [UInt8], file: String, limits: YAMLLimits = .manifests, problemLimit: Int = 20
    ) -> (documents: [Value], problems: [YAMLError]) {
        var text = bytes
        var documents: [Value] = []
        var problems: [YAMLError] = []
        var start = 1
        while true {
            do throws(YAMLError) {
                return (documents + (try parse(text, file: file, limits: limits).map(\.value)), problems)
            } catch {
                problems.append(error)
                guard error.code != .limitExceeded, error.code != .outOfMemory, problems.count < problemLimit,
                    let next = marker(in: bytes, after: start, from: error.position.line)
                else { return (documents, problems) }
                documents += documentsBefore(error.position.line, after: start, in: bytes, file: file, limits: limits)
                text = blanked(bytes, before: next)
                start = next
            }
        }
    }

    /// The documents between two lines that are whole, the broken one left out.
    private static func documentsBefore(
        _ line: Int, after start: Int, in bytes: [UInt8], file: String, limits: YAMLLimits
    ) -> [Value] {
        var last: Int?
        var from = start
        while let next = marker(in: bytes, after: from, from: from), next < line {
            last = next
            from = next
        }
        guard let last else { return [] }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let whole = lines[(start - 1)..<min(last - 1, lines.count)].joined(separator: [0x0A])
        do throws(YAMLError) {
            return try parse(Array(whole), file: file, limits: limits).map(\.value)
        } catch {
            return []  // the error in it has been found already
        }
    }

    /// The first line that begins a document, behind `start` and not before `line`.
    private static func marker(in bytes: [UInt8], after start: Int, from line: Int) -> Int? {
        for (index, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            if number > start, number >= line, text.starts(with: [0x2D, 0x2D, 0x2D]) { return number }
        }
        return nil
    }

    /// The same text with empty lines in the place of those before `line`.
    private static func blanked(_ bytes: [UInt8], before line: Int) -> [UInt8] {
        var rest = bytes[...]
        for _ in 1..<line {
            guard let end = rest.firstIndex(of: 0x0A) else { return [] }
            rest = rest[(end + 1)...]
        }
        return [UInt8](repeating: 0x0A, count: line - 1) + rest
    }
}
