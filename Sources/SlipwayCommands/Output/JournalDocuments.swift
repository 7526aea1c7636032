internal import Console
internal import Controller
internal import Journal
internal import Manifests

/// What the journal's commands print.
enum JournalDocuments {
    static func backup(_ backup: JournalBackup, file: String?) -> Value {
        var document: Value = [
            "at": Documents.time(backup.at), "sequence": .integer(backup.sequence), "head": .string(backup.headHash),
            "newestRelease": .integer(backup.newestRelease), "hasKeys": .bool(backup.keys != nil),
        ]
        document["file"] = file.map { .string($0) }
        document["sealingKey"] = backup.sealingKeyID.map { .string($0) }
        document["signingKey"] = backup.signingKeyID.map { .string($0) }
        return document
    }

    static func restoration(_ restoration: JournalRestoration) -> Value {
        var document: Value = [
            "newestRelease": .integer(restoration.newestRelease), "keys": .array(restoration.keys.map { .string($0) }),
            "check": check(restoration.check),
        ]
        document["revokedTokens"] = .integer(Int64(restoration.revokedTokens))
        document["backup"] = restoration.backup.map { backup($0, file: nil) }
        document["keptAs"] = restoration.keptAs.map { .string($0) }
        document["newestReleaseBefore"] = restoration.newestBefore.map { .integer($0) }
        return document
    }

    static func sentences(_ restoration: JournalRestoration) -> String {
        var lines = [
            "restored: up to audit entry \(restoration.check.auditEntries) (head \(restoration.check.headHash)) and release \(restoration.newestRelease)"
        ]
        if let kept = restoration.keptAs { lines.append("The journal that was there is now \(kept)") }
        if restoration.revokedTokens > 0 {
            lines.append(
                "Revoked: all \(restoration.revokedTokens) tokens that were valid in it, since some may have been revoked later. Make new ones: slipway token create"
            )
        }
        if !restoration.keys.isEmpty { lines.append("Put in place from the backup: \(restoration.keys.joined(separator: ", "))") }
        switch restoration.newestBefore {
        case let before? where before > restoration.newestRelease:
            lines.append(
                "IT IS OLDER: the journal that was there knew releases up to \(before). Holds, quarantines and approvals since then are not known any more."
            )
        case nil: lines.append("Whether it is older than what the clusters know cannot be told from here.")
        case _?: break
        }
        lines.append(
            """
            An environment whose inventory in the cluster names a newer release is not written to: slipway status says so. Look at it, hold it if in
            doubt, and give it over when it is right: kubectl annotate configmap slipway-inventory-ENVIRONMENT slipway.dev/adopt=enabled
            """)
        return lines.joined(separator: "\n")
    }

    static func check(_ check: JournalCheck) -> Value {
        [
            "whole": .bool(check.isWhole), "findings": .array(check.findings.map { .string($0) }), "bundles": .integer(check.bundles),
            "objects": .integer(check.objects), "sealed": .integer(check.sealed), "auditEntries": .integer(check.auditEntries),
            "head": .string(check.headHash),
        ]
    }

    static func keyChange(_ change: KeyChange) -> Value {
        var document: Value = ["resealed": .integer(Int64(change.resealed))]
        document["sealing"] = change.sealing.map { ["from": .string($0.from), "to": .string($0.to)] }
        document["signing"] = change.signing.map { ["from": .string($0.from), "to": .string($0.to)] }
        return document
    }
}
