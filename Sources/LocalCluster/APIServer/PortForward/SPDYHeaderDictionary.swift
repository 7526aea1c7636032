/// The text with which SPDY/3.1 begins each compression of headers (SPDY/3 specification, 2.6.10.1): words with their lengths, then
/// statuses and values that are common.
enum SPDYHeaderDictionary {
    private static let words =
        "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization "
        + "cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range "
        + "content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since "
        + "last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer "
        + "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status"

    private static let tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
        + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found"
        + "500 Internal Server Error501 Not Implemented503 Service Unavailable"
        + "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
        + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,"
        + "publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."

    static let bytes: [UInt8] = {
        let all =
            words.split(separator: " ").map(String.init) + [
                "200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin",
            ]
        return all.flatMap { [0, 0, 0, UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) } + Array(tail.utf8)
    }()
}
