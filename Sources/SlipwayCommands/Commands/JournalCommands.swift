package import ArgumentParser
internal import Certificates
internal import Console
internal import Controller
internal import Delivery
internal import Foundation
internal import Journal
internal import Manifests

package struct JournalCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Back up, restore and check the controller's journal, and change its keys.",
        discussion:
            "All need the state directory and its owner. backup and check work while the controller runs; the others need it stopped.",
        subcommands: [JournalBackupCommand.self, JournalRestoreCommand.self, JournalCheckCommand.self, JournalRotateKeysCommand.self])

    package init() {}
}

/// The state directory that these commands work on.
package struct StateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The controller's state directory.", valueName: "directory"))
    package var state: String?

    package init() {}

    func directory() throws(CommandError) -> StateDirectory {
        let path = state ?? ProcessInfo.processInfo.environment["SLIPWAY_STATE"] ?? StatePlace.standard
        guard let directory = StateDirectory(existing: path) else {
            throw CommandError(.error, "there is no journal in \(path). Name the controller's state directory: --state DIRECTORY")
        }
        return directory
    }

    /// Also one without a journal, for a restore on a new machine.
    func directoryForRestore() throws(ControllerError) -> StateDirectory {
        try StateDirectory(path: state ?? ProcessInfo.processInfo.environment["SLIPWAY_STATE"] ?? StatePlace.standard)
    }

    /// Whoever can do this owns the files: on the controller's socket that is the same identity.
    static var actor: Actor { Actor(name: NSUserName(), source: .socket) }
}

package struct JournalBackupCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the journal into one new file, also while the controller runs.",
        discussion: """
            The keys are not in it: without sealing.key and signing.pem of this directory it cannot be restored. Keep them apart from it, or put
            them in, sealed under a passphrase: --with-keys --passphrase-file FILE.
            """)

    @Argument(help: ArgumentHelp("The file to make; none may be there.", valueName: "file"))
    var file: String

    @Flag(help: "Put the keys into it, sealed under the passphrase.")
    var withKeys = false

    @Option(help: ArgumentHelp("A file (mode 0600) with a passphrase of 12 bytes or more.", valueName: "file"))
    var passphraseFile: String?

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func validate() throws {
        if withKeys != (passphraseFile != nil) { throw ValidationError("--with-keys and --passphrase-file need each other") }
    }

    package func run() async throws {
        let passphrase = try passphraseFile.map { try KeyArchive.passphrase(path: $0) }
        let backup = try await state.directory().backUp(to: file, passphrase: passphrase, at: SystemClock.controller.now())
        output.write(JournalDocuments.backup(backup, file: file)) { _ in
            """
            \(file): the journal up to audit entry \(backup.sequence) (head \(backup.headHash)) and release \(backup.newestRelease)
            \(backup.keys == nil
                ? "The keys are NOT in it. To restore it, sealing.key (\(backup.sealingKeyID ?? "-")) and signing.pem (\(backup.signingKeyID ?? "-")) are needed."
                : "The keys are in it, sealed. To restore it, the passphrase is needed.")
            """
        }
    }
}

package struct JournalRestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup into the place of the journal; the controller must not run.",
        discussion: """
            Everything in the backup is checked before anything is replaced, and the journal that was there stays beside it. What happened after
            the backup is not in it: the inventories in the clusters tell, and an older journal does not write over a newer inventory.
            """)

    @Argument(help: ArgumentHelp("What slipway journal backup made, or another whole copy of a journal.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Opens the keys in the backup and puts them in place.", valueName: "file"))
    var passphraseFile: String?

    @Option(help: "Why; kept in the audit record.")
    var reason = ""

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let passphrase = try passphraseFile.map { try KeyArchive.passphrase(path: $0) }
        let restoration = try await state.directoryForRestore().restore(
            file, passphrase: passphrase, by: StateOptions.actor, reason: reason, at: SystemClock.controller.now())
        output.write(JournalDocuments.restoration(restoration)) { _ in JournalDocuments.sentences(restoration) }
    }
}

package struct JournalCheckCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read everything in the journal and compare it with its digests, keys and signatures.",
        discussion:
            "Exit code 1 when something is not whole; each finding says where. It changes nothing and works while the controller runs.")

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let directory = try state.directory()
        let check: JournalCheck
        do {
            let journal = try directory.openJournal(readOnly: true)
            check = try await journal.check()
            try journal.close()
        } catch let error as JournalError {
            throw CommandError(.error, error.message)
        }
        output.write(JournalDocuments.check(check)) { _ in
            guard check.isWhole else {
                return "THE JOURNAL IS NOT WHOLE:\n" + check.findings.map { "- \(Terminal.harmless($0))" }.joined(separator: "\n")
                    + (check.isCut ? "\n- and more" : "")
            }
            return
                "the journal is whole: \(check.bundles) bundles of \(check.objects) objects (\(check.sealed) sealed), \(check.auditEntries) audit entries, head \(check.headHash)"
        }
        if !check.isWhole { throw ExitCode(CommandExit.error.rawValue) }
    }
}

package struct JournalRotateKeysCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rotate-keys", abstract: "Replace the sealing key and the signing key by new ones; the controller must not run.",
        discussion: """
            Every stored Secret is sealed again, the old signing key introduces the new one in the audit record, and the old keys are destroyed.
            Killed anywhere, everything stays readable; run it again to finish. Backups that were made before need the old keys: keep those
            that were made with --with-keys, and make a new one afterwards.
            """)

    @Option(help: "Only this key: sealing or signing.")
    var only: KeyChoice?

    @Option(help: "Why; kept in the audit record.")
    var reason = ""

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    package init() {}

    enum KeyChoice: String, ExpressibleByArgument, CaseIterable {
        case sealing
        case signing

        var kind: StateDirectory.KeyKind {
            switch self {
            case .sealing: .sealing
            case .signing: .signing
            }
        }
    }

    package func run() async throws {
        let kinds = only.map { [$0.kind] } ?? Set(StateDirectory.KeyKind.allCases)
        let change = try await state.directory().changeKeys(
            kinds, by: StateOptions.actor, reason: reason, at: SystemClock.controller.now())
        output.write(JournalDocuments.keyChange(change)) { _ in
            var lines: [String] = []
            if let step = change.sealing {
                lines.append("sealing key \(step.from) is replaced by \(step.to); \(change.resealed) objects were sealed again")
            }
            if let step = change.signing { lines.append("signing key \(step.from) is followed by \(step.to)") }
            lines.append("The old keys are destroyed. Make a backup now: older ones need the old keys.")
            return lines.joined(separator: "\n")
        }
    }
}
