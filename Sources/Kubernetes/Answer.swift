internal import HTTPTransport
internal import Manifests

/// Parsing of answers, off the caller's executor: a page of a list may be megabytes.
enum Answer {
    @concurrent
    static func value(_ response: HTTPResponse, _ subject: CallSubject) async throws(KubernetesError) -> Value {
        do throws(ManifestError) {
            return try JSON.parse(response.body)
        } catch {
            // The parser's own words may quote the text, which may be a Secret's.
            let said = subject.isSecret ? "is not JSON" : "is not JSON: \(error.message)"
            throw .unexpected(subject, said)
        }
    }
}
