import HTTPTransport
import Manifests
import TestSupport
import Testing

extension LargeTests.CrashTests {
    /// ConfigMaps only: what is killed here is the way from one Environment to the next.
    private static func environments(_ text: String) -> [SampleEnvironment] {
        let quick = "  rollback: {watch: 0s}\n"
        let promotion = """
              promotion:
                from: staging
                approvals: {rules: [{required: 1, role: release-manager}, {required: 1, role: security}]}

            """
        return [
            SampleEnvironment(name: "staging", version: nil, settings: ["settings": text], policy: quick),
            SampleEnvironment(name: "production", version: nil, settings: ["settings": text], policy: promotion + quick),
        ]
    }

    private static let roles = [("rita", "release-manager"), ("sam", "security")]

    private static func token(of person: String) -> String { "token-of-\(person)-0123456789" }

    private static var access: String {
        let tokens = roles.map { "{name: \($0.0), sha256: \(SHA256.hex(Array(token(of: $0.0).utf8)))}" }
        let grants = roles.map { "{identity: token:\($0.0), roles: [\($0.1)]}" }
        return "access:\n  tokens: [\(tokens.joined(separator: ", "))]\n  grants: [\(grants.joined(separator: ", "))]\n"
    }

    /// Whoever's role is asked for says yes, if their yes is not there yet, whoever got the answer to it.
    private static func approve(_ installation: Installation, _ statuses: [String: Value]) async throws {
        guard let release = statuses["production"]?["release"], release["phase"]?.string == "blocked",
            let (person, _) = roles.first(where: { release["waitsFor"]?.string?.contains("role \($0.1)") == true }),
            try await !installation.isApproved(release, by: person)
        else { return }
        let answer = try await installation.remotely(
            "POST", "/api/v1/environments/production/approve", token: token(of: person), body: ["reason": "looked at it"])
        guard answer.isSuccess else { throw LargeFailure("\(person) may not approve: \(answer.status) \(answer.text)") }
    }

    @Test func `killed at each journal write of a promotion that two roles approve`() async throws {
        try await withTemporaryFolder("slipway-crash") { folder in
            let stage = try await CrashStage([Self.environments("one")], in: folder.path, access: Self.access, meanwhile: Self.approve)
            let revision = try await stage.push(Self.environments("two"))
            let report = try await CrashScenario(
                stage: stage, isAtEnd: { statuses in statuses.values.allSatisfy { $0.isVerified(revision) } }, meanwhile: Self.approve
            ).run(in: folder.path)
            #expect(report.writes >= 18)
            for name in ["staging", "production"] {
                let end = report.reference[name]
                #expect(end.releases.count == 2 && end.releases.allSatisfy { $0.contains(" verified ") }, "\(end.releases)")
                #expect(end.cluster.contains { $0.hasPrefix("ConfigMap settings ") && $0.contains("two") }, "\(end.cluster)")
            }
            let approvals = report.reference["production"].audit.filter { $0.hasPrefix("approval.given ") && $0.contains(revision) }
            #expect(approvals == ["approval.given rita \(revision)", "approval.given sam \(revision)"])
            // It waits for two roles and then for one, and looks once more at the cluster when both have said yes.
            Self.expectNoStepTwice(report, except: ["release.blocked", "release.preflight"])
        }
    }
}
