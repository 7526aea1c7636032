internal import Delivery
internal import HTTPTransport
internal import Manifests

/// Slack answers 200 and says in `error` why it did not do it.
struct SlackRefusal: Error {
    var failure: DeliveryFailure
    var isAboutThread = false

    init(failure: DeliveryFailure) { self.failure = failure }

    init(_ answer: ServiceConnection.Answer, now: Timestamp, token: String) {
        guard let code = answer.json?["error"]?.string else {
            failure = DeliveryFailure(
                .needsPerson, "the answer is not Slack's: \(ServiceConnection.scrubbed(answer.text, [token]).prefix(80))")
            return
        }
        isAboutThread = Self.aboutThread.contains(code)
        let said = "Slack says \(ServiceConnection.scrubbed(code, [token]))"
        if Self.transient.contains(code) {
            failure = DeliveryFailure(.transient(after: RetryAfter.parse(answer.headers["Retry-After"], at: now)), said)
        } else if Self.aboutMessage.contains(code) || isAboutThread {
            failure = DeliveryFailure(.permanent, said)
        } else {
            // Token, rights, channel: all of that is a person's to mend.
            failure = DeliveryFailure(.needsPerson, said)
        }
    }

    private static let transient: Set<String> = [
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
        "message_limit_exceeded",
    ]
    private static let aboutMessage: Set<String> = [
        "msg_too_long", "no_text", "msg_blocks_too_long", "invalid_metadata_format", "metadata_too_large", "invalid_arguments",
        "duplicate_message_not_found", "markdown_text_conflict",
    ]
    private static let aboutThread: Set<String> = [
        "thread_not_found", "invalid_thread_ts", "cannot_reply_to_message", "restricted_action_thread_locked", "message_not_found",
    ]
}
