import Delivery
import Journal
import Kustomize
import Manifests
import Synchronization
import Testing

@testable import Controller

/// An Environment of which nothing has changed is not rendered again, and one of which anything has changed is.
@Suite struct KnownRenderingTests {
    /// A tree with identities that counts how often it is read.
    private final class CountedTree: IdentifiedFiles {
        let files: InMemoryFiles
        let texts: [String: String]
        /// Where asking fails, as it does in Git behind a link.
        let broken: String?
        private let readCount = Mutex(0)

        init(_ texts: [String: String], broken: String? = nil) {
            files = InMemoryFiles(texts)
            self.texts = texts
            self.broken = broken
        }

        var reads: Int { readCount.withLock { $0 } }

        func kind(of path: String) throws -> FileKind? { files.kind(of: path) }

        func read(_ path: String) throws -> [UInt8] {
            readCount.withLock { $0 += 1 }
            return try files.read(path)
        }

        func list(_ directory: String) throws -> [String] { files.list(directory) }

        func identity(of path: String) throws -> String {
            if let broken, path.hasPrefix(broken) { throw ControllerError(.repository, "\(path) is behind a link") }
            return switch files.kind(of: path) {
            case .file?: SHA256.hex(Array((texts[path] ?? "").utf8))
            case .directory?: "directory"
            case .symbolicLink?, .submodule?: "other"
            case nil: "nothing"
            }
        }

        func identity(ofListing directory: String) throws -> String {
            let below = texts.filter { $0.key.hasPrefix(directory + "/") }.sorted { $0.key < $1.key }
            return SHA256.hex(Array(below.map { "\($0.key)\u{0}\($0.value)" }.joined(separator: "\u{0}").utf8))
        }
    }

    private static let repository: [String: String] = [
        "environments/staging/environment.yaml": """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: staging}
        spec:
          target: {namespace: nova-staging}
          verification: {smokeTests: [hooks/smoke.yaml]}
        """,
        "environments/staging/kustomization.yaml": "resources: [../../manifests/app]\nnamespace: nova-staging\n",
        "environments/staging/weights.yaml": """
        apiVersion: slipway.dev/v1
        kind: RankingWeights
        weights: {freshness: 15, completion: 40, engagement: 25, affinity: 15, deepLearning: 5}
        """,
        "hooks/smoke.yaml": """
        apiVersion: slipway.dev/v1
        kind: SmokeTest
        metadata: {name: smoke}
        steps:
          - {name: health, request: {service: app, port: http, method: GET, path: /health}, expect: {status: 200}}
        """,
        "manifests/app/kustomization.yaml": "resources: [app.yaml]\n",
        "manifests/app/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: b}\n",
        "manifests/other/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n",
        "README.md": "hello",
    ]

    private func rendered(_ texts: [String: String] = repository) throws -> (KnownRendering, EnvironmentOutcome) {
        let outcome = EnvironmentOutcome.of("staging", in: CountedTree(texts), known: nil)
        guard case .rendered(_, let inputs?) = outcome else { throw ControllerError(.render, "rendered without inputs") }
        return (KnownRendering(inputs: inputs, outcome: .failed(message: "stands for what was stored"), policy: outcome.policy), outcome)
    }

    @Test func nothingIsReadOfATreeThatHasNotChanged() throws {
        let (known, first) = try rendered()
        guard case .rendered(.success(let environment), _) = first else { throw ControllerError(.render, "\(first)") }
        #expect(environment.objects.map(\.name) == ["app", "ranking-weights"])
        let tree = CountedTree(Self.repository)
        guard case .unchanged(let again) = EnvironmentOutcome.of("staging", in: tree, known: known) else {
            Issue.record("rendered again")
            return
        }
        #expect(again.outcome == known.outcome && tree.reads == 0)
    }

    @Test(arguments: ["README.md", "manifests/other/app.yaml", "manifests/app/unused.yaml", "environments/production/environment.yaml"])
    func aFileThatItDoesNotUseChangesNothing(_ path: String) throws {
        let (known, _) = try rendered()
        var texts = Self.repository
        texts[path] = "changed"
        guard case .unchanged = EnvironmentOutcome.of("staging", in: CountedTree(texts), known: known) else {
            Issue.record("rendered again for \(path)")
            return
        }
    }

    /// Each file that it is made from, the policy, the weights and smoke tests among them, and files that would be found if they were there.
    @Test(arguments: [
        "environments/staging/environment.yaml", "environments/staging/kustomization.yaml", "environments/staging/weights.yaml",
        "hooks/smoke.yaml", "manifests/app/kustomization.yaml", "manifests/app/app.yaml", "manifests/app/kustomization.yml",
        "environments/staging/Kustomization",
    ])
    func everyFileThatCountsCounts(_ path: String) throws {
        let (known, _) = try rendered()
        var texts = Self.repository
        texts[path] = (texts[path] ?? "") + "\n# changed\n"
        guard case .rendered = EnvironmentOutcome.of("staging", in: CountedTree(texts), known: known) else {
            Issue.record("not rendered again for \(path)")
            return
        }
    }

    @Test func aPlaceThatCanNoLongerBeAskedAboutCounts() throws {
        let (known, _) = try rendered()
        let tree = CountedTree(Self.repository, broken: "manifests/app")
        guard case .rendered(.success, nil) = EnvironmentOutcome.of("staging", in: tree, known: known) else {
            Issue.record("not rendered again")
            return
        }
    }

    @Test func aFileThatIsGoneCounts() throws {
        let (known, _) = try rendered()
        var texts = Self.repository
        texts["environments/staging/weights.yaml"] = nil
        guard case .rendered = EnvironmentOutcome.of("staging", in: CountedTree(texts), known: known) else {
            Issue.record("not rendered again")
            return
        }
    }

    /// What was wrong stays wrong, without being looked at again, until the file that was missing is there.
    @Test func anErrorStandsUntilItsFilesChange() throws {
        var texts = Self.repository
        texts["manifests/app/app.yaml"] = nil
        let (known, outcome) = try rendered(texts)
        #expect(outcome.policy == nil)
        guard case .unchanged = EnvironmentOutcome.of("staging", in: CountedTree(texts), known: known) else {
            Issue.record("rendered again")
            return
        }
        guard case .rendered(.success, _) = EnvironmentOutcome.of("staging", in: CountedTree(Self.repository), known: known) else {
            Issue.record("the error outlived its cause")
            return
        }
    }
}
