/// The lines for machines that `gpgv` writes, as `doc/DETAILS` of GnuPG has them. Its exit code alone is no verdict: it is 0 for keys
/// that have expired, too.
struct OpenPGPStatus {
    private let lines: [(keyword: String, values: [String])]
    private let answer: SignatureProgram.Answer

    init(_ answer: SignatureProgram.Answer) {
        self.answer = answer
        lines = answer.output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, words[0] == "[GNUPG:]" else { return nil }
            return (words[1], Array(words.dropFirst(2)))
        }
    }

    var verdict: SignatureVerdict {
        if count("NEWSIG") > 1 || count("VALIDSIG") > 1 || count("GOODSIG") > 1 { return .bad(reason: "it holds several signatures") }
        if has("BADSIG") { return .bad(reason: "it does not fit the commit: the commit was changed after it was signed") }
        if has("REVKEYSIG") { return .bad(reason: "its key \(values("REVKEYSIG").first ?? "") is revoked") }
        if let missing = values("NO_PUBKEY").first { return .unknownKey(key: missing) }
        if has("EXPKEYSIG") { return .expired(reason: "the key \(values("EXPKEYSIG").first ?? "") has expired") }
        if has("EXPSIG") { return .expired(reason: "the signature has expired") }
        guard answer.isSuccess, has("GOODSIG"), let key = values("VALIDSIG").first, !has("ERRSIG") else {
            return .bad(reason: answer.words.isEmpty ? "gpgv finds no signature in it" : answer.words)
        }
        return .good(signer: values("GOODSIG").dropFirst().joined(separator: " "), key: key)
    }

    private func has(_ keyword: String) -> Bool { count(keyword) > 0 }
    private func count(_ keyword: String) -> Int { lines.count { $0.keyword == keyword } }
    private func values(_ keyword: String) -> [String] { lines.first { $0.keyword == keyword }?.values ?? [] }
}
