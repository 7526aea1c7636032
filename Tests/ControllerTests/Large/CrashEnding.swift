import Controller
import Delivery
import Journal
import Manifests
import TestSupport
import Testing

/// What must be the same however often the controller was killed.
struct CrashEnding: Sendable {
    /// Of one Environment.
    struct Part: Sendable {
        var state: [String] = []
        var releases: [String] = []
        var audit: [String] = []
        var quarantines: [String] = []
        var cluster: [String] = []

        /// One text a line, so that a difference shows as lines that were added or removed.
        var lines: [String] {
            let parts = [("state", state), ("release", releases), ("audit", audit), ("quarantine", quarantines), ("cluster", cluster)]
            return parts.flatMap { name, lines in lines.map { "\(name): \($0)" } }
        }
    }

    /// By Environment; what belongs to none is under the empty name.
    var parts: [String: Part]

    subscript(name: String) -> Part { parts[name] ?? Part() }

    init(of samples: [SampleEnvironment], _ installation: Installation, _ cluster: SampleCluster) async throws {
        // The old Pods may still be ending.
        try await eventually("no Pod is ending", within: .seconds(30)) {
            !samples.contains { cluster.picture(of: $0.namespace).contains { $0.hasSuffix(" ending") } }
        }
        let statuses = try await installation.environments()
        let releases = try await installation.get("/api/v1/history?limit=100")["releases"]?.array ?? []
        let audit = try await installation.get("/api/v1/audit?limit=1000")["entries"]?.array ?? []
        let journal = try #require(StateDirectory(existing: installation.state)).openJournal(readOnly: true)
        parts = [:]
        parts[""] = Part(audit: audit.filter { $0["environment"]?.string ?? "" == "" }.map(Self.line))
        for sample in samples {
            let status = statuses[sample.name] ?? .null
            parts[sample.name] = Part(
                state: Self.state(status),
                releases: releases.reversed().filter { $0["environment"]?.string == sample.name }.map { release in
                    [release["kind"], release["revision", "id"], release["bundle"], release["phase"], release["failure", "origin"]]
                        .map { $0?.string ?? "-" }.joined(separator: " ")
                }, audit: audit.filter { $0["environment"]?.string == sample.name }.map(Self.line),
                quarantines: try await journal.quarantines(environment: sample.name).map { "\($0.revision.id) \($0.bundle)" },
                cluster: cluster.picture(of: sample.namespace))
        }
        try journal.close()
    }

    func difference(from reference: CrashEnding) -> [String] {
        Set(parts.keys).union(reference.parts.keys).sorted().flatMap { name in
            self[name].lines.difference(from: reference[name].lines).map { change in
                switch change {
                case .insert(_, let line, _): "+ \(name) \(line)"
                case .remove(_, let line, _): "- \(name) \(line)"
                }
            }
        }
    }

    private static func state(_ status: Value) -> [String] {
        [
            "verified \(status["verified", "id"]?.string ?? "-") \(status["verified", "bundle"]?.string ?? "-")",
            "held by \(status["hold", "by"]?.string ?? "nobody")", "phase \(status["release", "phase"]?.string ?? "")",
        ]
    }

    private static func line(_ entry: Value) -> String {
        let action = entry["action"]?.string ?? ""
        // What was drift, or which step it was, is said by the words alone.
        let isTold = action.hasPrefix("drift.") || action.hasPrefix("release.step")
        let words = isTold ? " \(entry["outcome"]?.string ?? "")" : ""
        return "\(action) \(entry["actor"]?.string ?? "") \(entry["revision"]?.string ?? "-")\(words)"
    }
}
