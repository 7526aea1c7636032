internal import CCurl

// The C handles of libcurl. Their pointers do not leave this file.

/// What a transfer says about bytes that have arrived.
enum DataVerdict {
    case accept
    /// Deliver the same bytes again after ``EasyHandle/unpause()``.
    case pause
    case abort
}

/// Receives what libcurl reports, in the driver's thread.
protocol EasyHandleDelegate: AnyObject {
    func isConnected()
    func hasProgressed()
    func receive(headerLine: UnsafeRawBufferPointer) -> DataVerdict
    func receive(body: UnsafeRawBufferPointer) -> DataVerdict
}

/// One request of libcurl. Confined to the thread of the ``MultiHandle`` that it is added to.
@safe final class EasyHandle {
    weak var delegate: (any EasyHandleDelegate)?

    fileprivate let pointer: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectToList: UnsafeMutablePointer<curl_slist>?
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var transferredBytes: Int64 = 0

    /// `nil` when memory is short.
    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe slipway_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorBuffer)
        installCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(headerList)
        unsafe curl_slist_free_all(connectToList)
        unsafe errorBuffer.deallocate()
    }

    /// What libcurl has to say about the failure, such as "Connection refused".
    var errorText: String {
        unsafe String(cString: errorBuffer)
    }

    /// The status of the response so far; 0 before there is one.
    var responseStatus: Int {
        var status = 0
        unsafe slipway_curl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    func set(_ option: CURLoption, _ value: Int) {
        unsafe slipway_curl_set_long(pointer, option, value)
    }

    func set(_ option: CURLoption, _ value: String?) {
        unsafe slipway_curl_set_string(pointer, option, value)
    }

    func set(_ option: CURLoption, blob: [UInt8]) {
        unsafe blob.withUnsafeBytes { _ = unsafe slipway_curl_set_blob(pointer, option, $0.baseAddress, $0.count) }
    }

    /// libcurl keeps a copy, so the array need not outlive the call.
    func set(body: [UInt8]) {
        unsafe slipway_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        // An empty array may have no address, which libcurl would take for "read from a callback".
        unsafe (body + [0]).withUnsafeBytes {
            _ = unsafe slipway_curl_set_string(
                pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
    }

    func set(headerLines: [String]) {
        for line in headerLines { unsafe headerList = curl_slist_append(headerList, line) }
        unsafe slipway_curl_set_list(pointer, CURLOPT_HTTPHEADER, headerList)
    }

    /// Connects to another host and port than the URL names.
    func set(connectTo line: String) {
        unsafe connectToList = curl_slist_append(connectToList, line)
        unsafe slipway_curl_set_list(pointer, CURLOPT_CONNECT_TO, connectToList)
    }

    /// Half-open connections end after ``HTTPLimits/unacknowledgedSeconds``.
    func limitUnacknowledgedTime() {
        unsafe slipway_curl_limit_unacknowledged(pointer, HTTPLimits.unacknowledgedSeconds * 1000)
    }

    /// Goes on after a ``DataVerdict/pause``. It may deliver bytes before it returns.
    func unpause() {
        unsafe curl_easy_pause(pointer, slipway_curl_pause_continue)
    }

    private func installCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe slipway_curl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            unsafe EasyHandle.deliver(data, size * count, context) { unsafe $0.receive(body: $1) }
        }
        unsafe slipway_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context)
        unsafe slipway_curl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            unsafe EasyHandle.deliver(data, size * count, context) { unsafe $0.receive(headerLine: $1) }
        }
        unsafe slipway_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context)
        unsafe slipway_curl_set_progress_callback(pointer) { context, _, downloaded, _, uploaded in
            guard let context = unsafe context else { return 0 }
            let handle = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
            let total = Int64(downloaded &+ uploaded)
            if total != handle.transferredBytes {
                handle.transferredBytes = total
                handle.delegate?.hasProgressed()
            }
            return 0
        }
        unsafe slipway_curl_set_pointer(pointer, CURLOPT_XFERINFODATA, context)
        set(CURLOPT_NOPROGRESS, 0)
        unsafe slipway_curl_set_prerequest_callback(pointer) { context, _, _, _, _ in
            guard let context = unsafe context else { return CURL_PREREQFUNC_OK }
            unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().delegate?.isConnected()
            return CURL_PREREQFUNC_OK
        }
        unsafe slipway_curl_set_pointer(pointer, CURLOPT_PREREQDATA, context)
    }

    private static func deliver(
        _ data: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        to receive: (any EasyHandleDelegate, UnsafeRawBufferPointer) -> DataVerdict
    ) -> Int {
        guard let context = unsafe context, let delegate = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().delegate
        else { return 0 }
        switch unsafe receive(delegate, UnsafeRawBufferPointer(start: data, count: count)) {
        case .accept: return count
        case .pause: return slipway_curl_write_pause
        // Any count but the right one makes libcurl give up with CURLE_WRITE_ERROR. Zero would be right for no bytes.
        case .abort: return count == 0 ? 1 : 0
        }
    }
}

/// All requests of one client. Made in one thread, then used by the driver's thread alone; only ``wakeUp()`` may be
/// called from others while it lives.
///
/// `@unchecked Sendable`: the driver hands it to its thread once and does not touch it again except for `wakeUp()`, which
/// libcurl documents as safe from any thread (curl_multi_wakeup).
@safe final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer
    private var identifiers: [UnsafeMutableRawPointer: UInt64] = unsafe [:]

    /// `nil` when memory or file descriptors are short.
    init?(limits: HTTPLimits) {
        guard Self.isLibraryReady, let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe slipway_curl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsPerHost)
        unsafe slipway_curl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, limits.idleConnections)
    }

    deinit {
        unsafe curl_multi_cleanup(pointer)
    }

    func add(_ handle: EasyHandle, identifier: UInt64) -> Bool {
        guard unsafe curl_multi_add_handle(pointer, handle.pointer) == CURLM_OK else { return false }
        unsafe identifiers[handle.pointer] = identifier
        return true
    }

    func remove(_ handle: EasyHandle) {
        unsafe curl_multi_remove_handle(pointer, handle.pointer)
        unsafe identifiers[handle.pointer] = nil
    }

    /// Moves all transfers on as far as they go without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(pointer, &running)
    }

    /// The next finished transfer and its result.
    func nextFinished() -> (identifier: UInt64, result: CURLcode)? {
        var remaining: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &remaining) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle,
                let identifier = unsafe identifiers[easy]
            else { continue }
            return (identifier, unsafe slipway_curl_message_result(message))
        }
        return nil
    }

    /// Waits for traffic, a wake-up, a timer of libcurl, or this long.
    func wait(milliseconds: Int32) {
        unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil)
    }

    func wakeUp() {
        unsafe curl_multi_wakeup(pointer)
    }

    /// Once a process, before the first handle. libcurl 7.84 and later does this safely in any thread.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
