internal import Foundation
internal import Git

/// Decides whether a head of the watched branch may be deployed at all. It reads the operator's keys, and nothing of the repository but
/// its commits.
actor CommitPolicy {
    /// Why a head is not taken, for people; with what to do.
    struct Refusal: Sendable, Hashable {
        var reason: String
        /// The branch is at fault, and not the commit: what was deployable of it stays so.
        var isOfBranch = false
    }

    private let rules: CommitRules.Signatures?
    private let mirror: Mirror
    private let branch: String
    private let accepted: AcceptedCommit
    /// What was taken before there was a policy.
    private let lastDeployable: @Sendable () async throws -> CommitID?
    /// Commits whose signature was good with these keys.
    private var good: Set<CommitID> = []
    private var trust: SignatureTrust?
    private var refused: CommitID?

    init(
        _ rules: CommitRules.Signatures?, mirror: Mirror, branch: String, accepted: AcceptedCommit,
        lastDeployable: @escaping @Sendable () async throws -> CommitID?
    ) {
        self.rules = rules
        self.mirror = mirror
        self.branch = branch
        self.accepted = accepted
        self.lastDeployable = lastDeployable
    }

    /// Whether a head that was refused is worth another look: the operator's keys have changed.
    func isDueAgain(_ head: CommitID) throws -> Bool {
        guard let rules, refused == head else { return false }
        return try readTrust(rules) != trust
    }

    /// - Returns: `nil` when the head is taken.
    /// - Throws: when it cannot be found out. Then it is not taken either, and asked again.
    func judge(_ head: CommitID) async throws -> Refusal? {
        guard let rules else { return nil }
        let trust = try readTrust(rules)
        if trust != self.trust { good = [] }
        self.trust = trust
        let base: CommitID? = if let known = try accepted.read() { known } else { try await lastDeployable() }
        let refusal = try await judge(head, since: base, rules, trust)
        refused = refusal == nil ? nil : head
        if refusal == nil, try accepted.read() != head { try accepted.write(head) }
        return refusal
    }

    /// Why a commit of our own would not be taken once it is the branch's head; it is not noted as taken.
    func signatureRefusal(of id: CommitID) async throws -> String? {
        guard let rules else { return nil }
        return try await refusal(of: id, head: id, mayBeExpired: false, try readTrust(rules))?.reason
    }

    private func judge(
        _ head: CommitID, since base: CommitID?, _ rules: CommitRules.Signatures, _ trust: SignatureTrust
    ) async throws -> Refusal? {
        // What was taken while the key was valid stays; what is signed by a key that was taken away does not.
        if let refusal = try await refusal(of: head, head: head, mayBeExpired: head == base, trust) { return refusal }
        guard let base, base != head else { return nil }
        let isKnown = try await mirror.holds(base)
        if !rules.allowsRewind, let refusal = try await rewind(head, base, isKnown) { return refusal }
        guard rules.require == .all else { return nil }
        guard let commits = try await mirror.commits(of: head, notIn: isKnown ? base : nil, limit: rules.maxCommits) else {
            return Refusal(
                reason:
                    "more than \(rules.maxCommits) commits lie between it and \(base.short), the last one that was taken, and each has to be verified. Push a commit between them first, or raise repository.commits.maxCommits"
            )
        }
        for id in commits where id != head {
            if let refusal = try await refusal(of: id, head: head, mayBeExpired: false, trust) { return refusal }
        }
        return nil
    }

    /// A branch that goes back, or to another history, could bring back what was mended since.
    private func rewind(_ head: CommitID, _ base: CommitID, _ isKnown: Bool) async throws -> Refusal? {
        if isKnown, try await mirror.isAncestor(base, of: head) { return nil }
        let isOlder = isKnown ? try await mirror.isAncestor(head, of: base) : false
        let how =
            isOlder
            ? "the branch \(branch) went back to it from \(base.short), which was taken already: an older version would come back. To undo a change, push a commit that reverts it, or: slipway rollback"
            : "the branch \(branch) was rewritten: it does not descend from \(base.short), the last commit that was taken. Push it on top of \(base.short)"
        return Refusal(reason: "\(how). The operator can allow it: repository.commits.allowRewind: true", isOfBranch: true)
    }

    private func refusal(
        of id: CommitID, head: CommitID, mayBeExpired: Bool, _ trust: SignatureTrust
    ) async throws -> Refusal? {
        if good.contains(id) { return nil }
        let verdict = try await mirror.verifySignature(of: id, trust: trust)
        switch verdict {
        case .expired where mayBeExpired: return nil
        case .good:
            if good.count >= Limits.rememberedCommits { good = [] }
            good.insert(id)
            return nil
        case .bad, .unknownKey, .expired, .unsigned:
            let commit = try await mirror.commit(id)
            let name = id == head ? "it" : "commit \(id.short) below it"
            return Refusal(reason: "\(name) (\(Self.shown(commit))) \(Self.words(verdict, isHead: id == head))")
        }
    }

    private static func shown(_ commit: Commit) -> String {
        "\(commit.subject.prefix(80).debugDescription) by \(commit.authorName.prefix(80)) <\(commit.authorEmail.prefix(80))>"
    }

    private static func words(_ verdict: SignatureVerdict, isHead: Bool) -> String {
        let again =
            isHead
            ? "sign it and push again: git commit --amend --no-edit -S"
            : "sign the commits and push again: git rebase --exec 'git commit --amend --no-edit -S' and the commit before it"
        switch verdict {
        case .good: return "is signed"
        case .unsigned: return "is not signed, and the controller deploys signed commits only. To have it deployed, \(again)"
        case .bad(let reason): return "has no good signature: \(reason.prefix(500)). To have it deployed, \(again)"
        case .unknownKey(let key):
            return
                "is signed by the key \(key.prefix(100)), which is not among the operator's. Sign with a key that is, or ask the operator to add this one; it is looked at again then"
        case .expired(let reason):
            return
                "is signed by a key that does not count any more, or not yet: \(reason.prefix(300)). Sign with a valid key and push again"
        }
    }

    private func readTrust(_ rules: CommitRules.Signatures) throws(ControllerError) -> SignatureTrust {
        SignatureTrust(
            allowedSigners: try Self.read(rules.allowedSignersFile, "allowedSignersFile"),
            keyring: try Self.read(rules.keyringFile, "keyringFile"))
    }

    private static func read(_ path: String?, _ key: String) throws(ControllerError) -> [UInt8]? {
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count <= Limits.trustBytes else {
            throw ControllerError(
                .configuration,
                "\(path) (repository.commits.\(key)) cannot be read, or is larger than \(Limits.trustBytes >> 20) MiB: no commit can be verified, and nothing new is deployed until it can"
            )
        }
        if key == "keyringFile", data.starts(with: Data("-----BEGIN".utf8)) {
            throw ControllerError(
                .configuration,
                "\(path) (repository.commits.keyringFile) is in armour, which gpgv does not read: gpg --dearmor < FILE > KEYRING. Nothing new is deployed until then"
            )
        }
        return [UInt8](data)
    }
}
