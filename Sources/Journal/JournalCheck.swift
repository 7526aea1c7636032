/// What `slipway journal check` found out.
package struct JournalCheck: Sendable, Hashable {
    /// Each names the place and what is wrong there; empty when all is whole.
    package var findings: [String] = []
    package var bundles: Int64 = 0
    package var objects: Int64 = 0
    package var sealed: Int64 = 0
    package var auditEntries: Int64 = 0
    package var headHash = ""
    /// Whether there were more findings than are listed.
    package var isCut = false

    package var isWhole: Bool { findings.isEmpty }

    mutating func add(_ finding: String) {
        guard findings.count < JournalLimits.findings else {
            isCut = true
            return
        }
        findings.append(finding)
    }
}
