internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where finished lines go. A line is handed over whole, with its line feed.
package struct LogSink: Sendable {
    package let write: @Sendable ([UInt8]) -> Void

    package init(write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// Standard error. One line at a time, so lines of two threads never mix. A reader that is gone or full is not an error of ours:
    /// what it does not take is dropped.
    package static let standardError = LogSink { line in
        standardErrorLock.withLock { _ in
            line.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                var done = 0
                while done < bytes.count {
                    #if canImport(Glibc)
                        let count = Glibc.write(2, base + done, bytes.count - done)
                    #elseif canImport(Musl)
                        let count = Musl.write(2, base + done, bytes.count - done)
                    #else
                        let count = Darwin.write(2, base + done, bytes.count - done)
                    #endif
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return }
                    done += count
                }
            }
        }
    }
}

private let standardErrorLock = Mutex(())
