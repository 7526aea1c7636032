/// Where the mount paths of one container really are on this machine. A process shares the machine's files, so a volume cannot appear at
/// `/etc/app`; instead, values and arguments that name a path below a mount are rewritten to the real place.
package struct MountTable: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var mountPath: String
        package var realPath: String

        package init(mountPath: String, realPath: String) {
            self.mountPath = mountPath
            self.realPath = realPath
        }
    }

    /// Longest mount path first, so that a mount inside of another one wins.
    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries.map { entry in
            var path = entry.mountPath[...]
            while path.count > 1, path.last == "/" { path = path.dropLast() }
            return Entry(mountPath: String(path), realPath: entry.realPath)
        }.filter { $0.mountPath != "/" && !$0.mountPath.isEmpty }
            .sorted { ($1.mountPath.utf8.count, $0.mountPath) < ($0.mountPath.utf8.count, $1.mountPath) }
    }

    /// Whether it lies inside of another mount: as a link it would have to be written into that volume, so it is in this table only.
    package func isNested(_ entry: Entry) -> Bool { entries.contains { entry.mountPath.hasPrefix("\($0.mountPath)/") } }

    /// Rewrites each path that begins the text or follows one of `separators` (so also in the text of a shell command), when it is a mount path or
    /// goes on with `/` below one.
    package func rewrite(_ text: String) -> String {
        guard !entries.isEmpty, text.utf8.contains(UInt8(ascii: "/")) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let mayBegin = position == 0 || Self.separators.contains(bytes[position - 1])
            if mayBegin, bytes[position] == UInt8(ascii: "/"), let entry = match(bytes, position) {
                result += Array(entry.realPath.utf8)
                position += entry.mountPath.utf8.count
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let separators = Set("=:, \t\n\"'<>();|&".utf8)

    private func match(_ bytes: [UInt8], _ position: Int) -> Entry? {
        entries.first { entry in
            let path = entry.mountPath.utf8
            guard bytes[position...].starts(with: path) else { return false }
            let next = position + path.count
            return next == bytes.count || bytes[next] == UInt8(ascii: "/") || Self.separators.contains(bytes[next])
        }
    }
}
