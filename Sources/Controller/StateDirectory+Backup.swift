internal import Certificates
package import Delivery
internal import Foundation
package import Journal
internal import Observability

/// What took the place of what.
package struct JournalRestoration: Sendable, Hashable {
    /// What the backup said of itself; `nil` for a plain copy of a Journal.
    package var backup: JournalBackup?
    package var check: JournalCheck
    /// Where the Journal that was in place is now.
    package var keptAs: String?
    /// The newest Release that the restored Journal knows.
    package var newestRelease: Int64
    /// The newest one that the Journal in place knew; `nil` when there was none or it could not be read.
    package var newestBefore: Int64?
    /// Key files that were put in place from the backup.
    package var keys: [String]
    /// Tokens that were valid in the backup and are revoked now.
    package var revokedTokens: Int
}

extension StateDirectory {
    /// Copies the Journal into one new file, beside a controller or without one.
    ///
    /// - Parameter passphrase: seals the key files into it; `nil` leaves them out.
    package func backUp(to file: String, passphrase: [UInt8]?, at now: Timestamp) async throws(ControllerError) -> JournalBackup {
        let opened = try openJournal(readOnly: true)
        do {
            let keys = try passphrase.map { passphrase in
                try KeyArchive.pack(StateKeys.Name.both.map { ($0, "\(path)/\($0)") }, passphrase: passphrase)
            }
            let backup = try await opened.backup(to: file, keys: keys, at: now)
            try opened.close()
            return backup
        } catch let error as JournalError {
            throw ControllerError(.journal, error.message)
        } catch {
            throw ControllerError(.io, "the backup \(file) cannot be made: \(error)")
        }
    }

    /// Puts a backup into the place of the Journal, whose controller must not run. Nothing is replaced before the backup has been opened with
    /// its keys, brought up to date and checked whole; the Journal that was in place stays beside it.
    ///
    /// - Parameter passphrase: opens the keys in the backup, which are then put in place too; `nil` uses those that are here.
    package func restore(
        _ file: String, passphrase: [UInt8]?, by actor: Actor, reason: String, at now: Timestamp
    ) async throws(ControllerError) -> JournalRestoration {
        do {
            let lock = try JournalLock(path: journal)
            defer { withExtendedLifetime(lock) {} }
            let restore = try JournalRestore.stage(file, beside: journal)
            do {
                return try await finish(restore, of: file, passphrase: passphrase, by: actor, reason: reason, at: now)
            } catch {
                restore.abandon()
                throw error
            }
        } catch let error as ControllerError {
            throw error
        } catch let error as JournalError {
            throw ControllerError(.journal, error.message)
        } catch {
            throw ControllerError(.io, "\(file) cannot be restored: \(error)")
        }
    }

    private func finish(
        _ restore: JournalRestore, of file: String, passphrase: [UInt8]?, by actor: Actor, reason: String, at now: Timestamp
    ) async throws -> JournalRestoration {
        let keys = try keys(of: restore.backup, in: file, passphrase: passphrase)
        try requireKeys(keys, of: restore.backup, in: file)
        let newestBefore = restore.newestReleaseInPlace()
        let staged = try Journal(
            path: restore.staged, sealer: keys.sealer, signer: StateKeys.signer(keys.signing),
            nextSigner: keys.nextSigning.map(StateKeys.signer))
        let check = try await staged.check()
        guard check.isWhole else {
            let list = check.findings.prefix(10).joined(separator: "\n")
            throw ControllerError(.journal, "\(file) is not whole, so nothing was replaced:\n\(list)")
        }
        let newestRelease = try await staged.newestReleaseNumber()
        if let newestBefore { try await staged.reserveReleaseNumbers(to: newestBefore) }
        let from = restore.backup.map { "the backup of \(RFC3339.string(fromUnixMilliseconds: $0.at.milliseconds))" } ?? "a copy"
        let text = "\(from), which ends at entry \(check.auditEntries) and release \(newestRelease)"
        try await staged.commit(
            StateChange(audit: [
                AuditDraft(at: now, actor: actor, action: "journal.restored", reason: reason.isEmpty ? text : "\(reason): \(text)")
            ]))
        // One that was revoked since must not come to life again, and nobody knows which those are.
        let tokens = try await staged.validAccessTokens(at: now)
        if !tokens.isEmpty {
            try await staged.revoke(
                tokens: tokens.map(\.id), at: now,
                audit: AuditDraft(
                    at: now, actor: actor, action: "token.revoked", reason: "the journal was restored",
                    outcome: "\(tokens.count) \(tokens.count == 1 ? "token" : "tokens")"))
        }
        try staged.close()
        let suffix = ".replaced-" + RFC3339.string(fromUnixMilliseconds: now.milliseconds).filter { $0 != ":" && $0 != "-" }
        let placed: [String]
        let kept: String?
        do {
            placed = passphrase == nil ? [] : try place(keys, keepingOldAs: suffix)
            kept = try restore.commit(keepingOldAs: suffix)
        } catch {
            try takeBackKeys(keptAs: suffix)
            throw error
        }
        return JournalRestoration(
            backup: restore.backup, check: check, keptAs: kept, newestRelease: newestRelease, newestBefore: newestBefore, keys: placed,
            revokedTokens: tokens.count)
    }

    /// The Journal in place stays, and needs its own keys.
    private func takeBackKeys(keptAs suffix: String) throws {
        for name in StateKeys.Name.both + StateKeys.Name.both.map(StateKeys.Name.next) {
            let place = "\(path)/\(name)"
            guard FileManager.default.fileExists(atPath: place + suffix) else { continue }
            if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
            try FileManager.default.moveItem(atPath: place + suffix, toPath: place)
        }
    }

    private func keys(of backup: JournalBackup?, in file: String, passphrase: [UInt8]?) throws -> StateKeys {
        if let passphrase {
            guard let archive = backup?.keys else {
                throw ControllerError(
                    .journal,
                    "\(file) has no keys in it, so there is nothing for a passphrase to open. Leave it out, and put sealing.key and signing.pem into \(path)"
                )
            }
            let files = try KeyArchive.unpack(archive, passphrase: passphrase)
            guard let sealing = files.first(where: { $0.name == StateKeys.Name.sealing }),
                let signing = files.first(where: { $0.name == StateKeys.Name.signing })
            else { throw ControllerError(.journal, "the keys in \(file) are not complete") }
            return StateKeys(
                sealing: try SealingKey(content: sealing.content, of: "\(sealing.name) in \(file)"),
                signing: try SigningKey(content: signing.content, of: "\(signing.name) in \(file)"))
        }
        for name in StateKeys.Name.both where !FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw ControllerError(
                .journal,
                "\(path) has no \(name), without which \(file) cannot be opened. \(backup?.keys == nil ? "Put the keys of that journal there" : "The backup has the keys: --passphrase-file FILE")"
            )
        }
        return try StateKeys(in: path)
    }

    /// Says which key is missing, before a check would say it of every Secret.
    private func requireKeys(_ keys: StateKeys, of backup: JournalBackup?, in file: String) throws(ControllerError) {
        guard let backup else { return }
        func require(_ name: String, _ needed: String?, _ here: [String?]) throws(ControllerError) {
            guard let needed, !here.contains(needed) else { return }
            let advice =
                backup.keys == nil ? "Put the \(name) of that time into \(path)" : "The backup has the keys: --passphrase-file FILE"
            throw ControllerError(
                .journal,
                "\(file) was made under key \(needed); the \(name) here is \(here.compactMap { $0 }.joined(separator: " or ")). \(advice)")
        }
        try require(StateKeys.Name.sealing, backup.sealingKeyID, [keys.sealing.name, keys.nextSealing?.name])
        try require(
            StateKeys.Name.signing, backup.signingKeyID, [keys.signing.publicKey.shortName, keys.nextSigning?.publicKey.shortName])
    }

    /// Key files that differ from those that are here; the ones that were here stay beside them.
    private func place(_ keys: StateKeys, keepingOldAs suffix: String) throws -> [String] {
        var placed: [String] = []
        func keep(_ name: String) throws {
            let place = "\(path)/\(name)"
            guard FileManager.default.fileExists(atPath: place) else { return }
            try FileManager.default.moveItem(atPath: place, toPath: place + suffix)
        }
        if try SealingKey.load(path: "\(path)/\(StateKeys.Name.sealing)")?.name != keys.sealing.name {
            try keep(StateKeys.Name.sealing)
            try keys.sealing.save(path: "\(path)/\(StateKeys.Name.sealing)")
            placed.append(StateKeys.Name.sealing)
        }
        if try SigningKey.load(path: "\(path)/\(StateKeys.Name.signing)")?.publicKey != keys.signing.publicKey {
            try keep(StateKeys.Name.signing)
            try keys.signing.save(path: "\(path)/\(StateKeys.Name.signing)")
            placed.append(StateKeys.Name.signing)
        }
        for name in StateKeys.Name.both { try keep(StateKeys.Name.next(name)) }
        return placed
    }
}
