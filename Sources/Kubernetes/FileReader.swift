internal import FoundationEssentials

/// Reads small files whole. Injected, so that tests need none.
package struct FileReader: Sendable {
    /// `nil` when there is no such file.
    package var read: @Sendable (_ path: String) throws(FileReaderError) -> [UInt8]?

    package init(read: @escaping @Sendable (_ path: String) throws(FileReaderError) -> [UInt8]?) {
        self.read = read
    }

    package static func live(maximumBytes: Int = KubernetesLimits().credentialFileBytes) -> FileReader {
        FileReader { path throws(FileReaderError) in
            let manager = FileManager.default
            var isDirectory = false
            guard manager.fileExists(atPath: path, isDirectory: &isDirectory) else { return nil }
            if isDirectory { throw FileReaderError(message: "it is a directory") }
            do {
                let size = try manager.attributesOfItem(atPath: path)[.size] as? Int ?? 0
                guard size <= maximumBytes else { throw FileReaderError(message: "it is larger than \(maximumBytes) bytes") }
                return [UInt8](try Data(contentsOf: URL(filePath: path)))
            } catch let error as FileReaderError {
                throw error
            } catch {
                throw FileReaderError(message: "it cannot be read: \(error)")
            }
        }
    }
}

package struct FileReaderError: Error, Sendable {
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
