internal import Glibc

package enum Finding {
    /// libFuzzer takes the end of the process for the finding, and keeps the input.
    package static func stop(_ problem: String?) {
        guard let problem else { return }
        let line = Array("finding: \(problem)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        abort()
    }
}
