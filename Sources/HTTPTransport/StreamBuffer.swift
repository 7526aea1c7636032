internal import Synchronization

/// The bytes between the driver's thread, which writes, and the one task that reads. When it is full, the transfer is
/// paused; when it has been emptied, `resume` asks the driver to go on.
final class StreamBuffer: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isPaused = false
        var end: Result<Void, HTTPError>?
        var reader: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>?
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let request: String
    private let resume: @Sendable () -> Void

    init(capacity: Int, request: String, resume: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.request = request
        self.resume = resume
    }

    /// Takes the bytes, or says that there is no room now. A buffer below its capacity takes the whole of what comes
    /// (libcurl delivers at most 16 KiB at once), so a piece larger than the capacity cannot block for ever.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let delivery = state.withLock { state -> (CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>?, Bool) in
            if let reader = state.reader {
                state.reader = nil
                return (reader, true)
            }
            guard state.bytes.count < capacity else {
                state.isPaused = true
                return (nil, false)
            }
            unsafe state.bytes.append(contentsOf: bytes)
            return (nil, true)
        }
        if let reader = delivery.0 { reader.resume(returning: .success(unsafe Array(bytes))) }
        return delivery.1
    }

    /// Says that no more bytes come. Bytes that are there can still be read. Only the first call counts.
    func finish(_ result: Result<Void, HTTPError>) {
        let reader = state.withLock { state -> CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>? in
            guard state.end == nil else { return nil }
            state.end = result
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: result.map { nil })
    }

    /// All bytes that are there, as soon as there are any; `nil` at the end.
    func next() async throws(HTTPError) -> [UInt8]? {
        let result = await withCheckedContinuation { (reader: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>) in
            let (answer, mustResume) = state.withLock { state -> (Result<[UInt8]?, HTTPError>?, Bool) in
                if !state.bytes.isEmpty {
                    let bytes = state.bytes
                    state.bytes = []
                    defer { state.isPaused = false }
                    return (.success(bytes), state.isPaused)
                }
                if let end = state.end { return (end.map { nil }, false) }
                if state.reader != nil { return (.failure(.secondReader(request)), false) }
                state.reader = reader
                return (nil, false)
            }
            if mustResume { resume() }
            if let answer { reader.resume(returning: answer) }
        }
        return try result.get()
    }
}
