internal import Delivery

/// The header Retry-After of RFC 9110, section 10.2.3: seconds, or a date in the form of section 5.6.7.
enum RetryAfter {
    /// Never negative, and at most the limit of this room.
    static func parse(_ text: String?, at now: Timestamp) -> Duration? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        if text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            // More digits than a number has are a long time.
            return min(.seconds(Int(text) ?? .max / 2), NotificationLimits.retryAfterMost)
        }
        guard let moment = date(text) else { return nil }
        return min(max(Timestamp(milliseconds: moment * 1000) - now, .zero), NotificationLimits.retryAfterMost)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` in Unix seconds.
    private static func date(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else { return nil }
        return days(year: year, month: Int64(month) + 1, day: day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day is the last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468
    }
}

extension String {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[first...last])
    }
}
