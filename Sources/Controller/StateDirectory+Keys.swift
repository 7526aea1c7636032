internal import Certificates
package import Delivery
internal import Foundation
package import Journal

/// What a change of keys did. Keys have names, which tell nothing about them.
package struct KeyChange: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package var from: String
        package var to: String
    }

    package var sealing: Step?
    /// Objects that were sealed again.
    package var resealed = 0
    package var signing: Step?
}

extension StateDirectory {
    package enum KeyKind: String, Sendable, Hashable, CaseIterable {
        case sealing
        case signing
    }

    /// Replaces keys by new ones, in a directory whose controller does not run.
    ///
    /// Sealing: a new key file beside the old one, all Secrets sealed again in short transactions, then the file takes the old one's place and
    /// the old one is destroyed. Signing: one transaction in the Journal, then the file. Killed anywhere, everything stays readable (both keys
    /// are tried), and calling it again finishes what was begun.
    package func changeKeys(
        _ kinds: Set<KeyKind>, by actor: Actor, reason: String, at now: Timestamp,
        onCommit: (@Sendable (CommitMoment, Int64) -> Void)? = nil
    ) async throws(ControllerError) -> KeyChange {
        guard Self(existing: path) != nil else {
            throw ControllerError(
                .journal, "\(path) has no journal, so there are no keys to change. Name the state directory: --state DIRECTORY")
        }
        let hadSigning = hasNext(StateKeys.Name.signing)
        let opened = try openJournal(onCommit: onCommit)
        // A change that was stored before is finished by opening: it is not made a second time.
        let isSigningDone = hadSigning && !hasNext(StateKeys.Name.signing)
        do {
            var change = KeyChange()
            if kinds.contains(.sealing) { try await changeSealingKey(opened, by: actor, reason: reason, at: now, into: &change) }
            if kinds.contains(.signing), isSigningDone {
                change.signing = KeyChange.Step(from: "the key before", to: opened.signingKeyID ?? "")
            } else if kinds.contains(.signing) {
                try await changeSigningKey(opened, by: actor, reason: reason, at: now, into: &change)
            }
            try opened.close()
            return change
        } catch let error as JournalError {
            throw ControllerError(.journal, error.message)
        } catch {
            throw ControllerError(.io, "the keys in \(path) cannot be changed: \(error)")
        }
    }

    private func hasNext(_ key: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(StateKeys.Name.next(key))") }

    private func changeSealingKey(
        _ journal: Journal, by actor: Actor, reason: String, at now: Timestamp, into change: inout KeyChange
    ) async throws {
        let place = "\(path)/\(StateKeys.Name.next(StateKeys.Name.sealing))"
        let begun = try SealingKey.load(path: place)
        let next = begun ?? SealingKey.generate()
        if begun == nil { try next.save(path: place) }
        var keys = try StateKeys(in: path)
        keys.nextSealing = next
        while case let count = try await journal.resealSome(keys.sealer), count > 0 { change.resealed += count }
        change.sealing = KeyChange.Step(from: keys.sealing.name, to: next.name)
        let text = "key \(keys.sealing.name) is followed by \(next.name), \(change.resealed) objects were sealed again"
        try await journal.commit(
            StateChange(audit: [
                AuditDraft(
                    at: now, actor: actor, action: "journal.sealingKeyChanged", reason: reason.isEmpty ? text : "\(reason): \(text)")
            ]))
        try finishReplacing(StateKeys.Name.sealing)
    }

    private func changeSigningKey(
        _ journal: Journal, by actor: Actor, reason: String, at now: Timestamp, into change: inout KeyChange
    ) async throws {
        let place = "\(path)/\(StateKeys.Name.next(StateKeys.Name.signing))"
        let begun = try SigningKey.load(path: place)
        let next = try begun ?? SigningKey.generate()
        if begun == nil { try next.save(path: place) }
        let old = journal.signingKeyID ?? ""
        try await journal.changeSigner(to: StateKeys.signer(next), by: actor, reason: reason, at: now)
        try finishReplacing(StateKeys.Name.signing)
        change.signing = KeyChange.Step(from: old, to: next.publicKey.shortName)
    }
}
