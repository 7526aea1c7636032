import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// `validate`, `render` and `weights` of the built program.
    @Suite struct WritingCommandTests {
        private static func policy(_ name: String) -> String {
            "apiVersion: slipway.dev/v1\nkind: Environment\nmetadata: {name: \(name)}\nspec:\n  target: {namespace: \(name)}\n"
        }

        private static func weights(_ freshness: Double) -> String {
            "apiVersion: slipway.dev/v1\nkind: RankingWeights\nweights: {freshness: \(freshness), completion: \(55 - freshness), engagement: 25, affinity: 15, deepLearning: 5}\n"
        }

        private static let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - port: 80\n"

        private static func write(_ folder: TemporaryFolder) throws {
            for name in ["alpha", "beta"] {
                try folder.write(policy(name), to: "environments/\(name)/environment.yaml")
                try folder.write("resources: [../../manifests/web]\n", to: "environments/\(name)/kustomization.yaml")
            }
            try folder.write("resources: [web.yaml]\n", to: "manifests/web/kustomization.yaml")
            try folder.write(service, to: "manifests/web/web.yaml")
            try folder.write(weights(15), to: "environments/alpha/weights.yaml")
            try folder.write(
                "apiVersion: slipway.dev/v1\nkind: RankingWeights\nbase: ../alpha/weights.yaml\nweights: {freshness: 20.5, affinity: 9.5}\n",
                to: "environments/beta/weights.yaml")
        }

        private static func git(_ folder: TemporaryFolder, _ arguments: String...) async throws {
            let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
            let result = try await outcome(["git", "-C", folder.path] + identity + arguments)
            guard result.ending == .exited(0) else { throw LargeFailure("git \(arguments): \(result.text)") }
        }

        /// The JSON that is printed before the note on the error output.
        private static func document(_ text: String) throws -> Value {
            guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}") else { throw LargeFailure(text) }
            return try JSON.parse(Array(text[start...end].utf8))
        }

        @Test func `validate finds all errors, says them in each form, and passes over warnings`() async throws {
            try await withTemporaryFolder("slipway-writing") { folder in
                try Self.write(folder)
                try folder.write("a: 1\n", to: "manifests/forgotten.yaml")
                let good = try await outcome([Built.slipway, "validate", folder.path])
                #expect(good.ending == .exited(0), "\(good.text)")
                #expect(good.text.contains("manifests/forgotten.yaml: warning: "))
                #expect(good.text.contains("0 errors, 1 warning; valid: alpha (2 objects), beta (2 objects)"))
                #expect(good.text.contains("note: objects are not held against a cluster's schemas"))

                try folder.write("namePrefx: a\nresourcs: []\nresources: [web.yaml]\n", to: "manifests/web/kustomization.yaml")
                let bad = try await outcome([Built.slipway, "validate", folder.path])
                #expect(bad.ending == .exited(1))
                #expect(
                    bad.text.contains(
                        "manifests/web/kustomization.yaml:1:1: error: unknown field \"namePrefx\" in the kustomization (did you mean \"namePrefix\"?) [kustomize/unknown-field] (alpha, beta)"
                    ))
                let json = try await outcome([Built.slipway, "validate", folder.path, "-o", "json"])
                #expect(json.ending == .exited(1))
                let document = try Self.document(json.text)
                #expect(document["errors"] == 2 && document["warnings"] == 1 && document["valid"] == false)
                #expect(document["findings"]?[1]?["line"] == 1 && document["findings"]?[1]?["environments"] == ["alpha", "beta"])
                let sarif = try await outcome([Built.slipway, "validate", folder.path, "-o", "sarif", "--environment", "alpha"])
                #expect(try Self.document(sarif.text)["runs"]?[0]?["results"]?.array?.count == 2)
                let unknown = try await outcome([Built.slipway, "validate", folder.path, "--environment", "alpah"])
                #expect(unknown.ending == .exited(1) && unknown.text.contains("did you mean \"alpha\"?"))
                #expect(try await outcome([Built.slipway, "validate", folder.path, "--cluster", "x"]).ending == .exited(2))
            }
        }

        @Test func `validate holds objects against the schemas of a cluster`() async throws {
            try await withTemporaryFolder("slipway-writing") { folder in
                try Self.write(folder)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let good = try await outcome([Built.slipway, "validate", folder.path, "--kubeconfig", cluster.kubeconfig])
                    #expect(good.ending == .exited(0) && !good.text.contains("note:"), "\(good.text)")
                    try folder.write(
                        Self.service.replacing("port: 80", with: "prot: 80") + "---\napiVersion: v1\nkind: Sevice\nmetadata: {name: x}\n",
                        to: "manifests/web/web.yaml")
                    let bad = try await outcome([Built.slipway, "validate", folder.path, "--kubeconfig", cluster.kubeconfig])
                    #expect(bad.ending == .exited(1))
                    let file = "manifests/web/web.yaml"
                    #expect(bad.text.contains("\(file):6:5: error: spec.ports[0].prot: is no field of this kind (did you mean \"port\"?)"))
                    #expect(bad.text.contains("\(file):6:5: error: spec.ports[0]: lacks the field \"port\""), "\(bad.text)")
                    #expect(bad.text.contains("\(file):9:1: error: kind: the cluster has no kind Sevice (did you mean Service of v1?)"))
                }
                let gone = try await outcome(
                    [Built.slipway, "validate", folder.path, "--kubeconfig", folder.file("cluster/kubeconfig")], within: .seconds(60))
                #expect(gone.text.contains("note: objects are not held against the cluster's schemas: "), "\(gone.text)")
            }
        }

        @Test func `render shows a revision that is not checked out`() async throws {
            try await withTemporaryFolder("slipway-writing") { folder in
                try Self.write(folder)
                try await Self.git(folder, "init", "-q", "-b", "main")
                try await Self.git(folder, "add", "-A")
                try await Self.git(folder, "commit", "-q", "-m", "one")
                try await Self.git(folder, "tag", "v1")
                let before = try await tool(Built.slipway, "render", "alpha", "--repository", folder.path)
                try folder.write(Self.service.replacing("port: 80", with: "port: 81"), to: "manifests/web/web.yaml")
                try await Self.git(folder, "commit", "-q", "-a", "-m", "two")
                try folder.write("broken: [", to: "manifests/web/web.yaml")
                for revision in ["v1", "HEAD~1"] {
                    let old = try await tool(Built.slipway, "render", "alpha", "--repository", folder.path, "--revision", revision)
                    #expect(old == before)
                }
                let path = try await tool(
                    Built.slipway, "render", "manifests/web", "--repository", folder.path, "--revision", "main", "-o", "json")
                #expect(try JSON.parse(Array(path.utf8))[0]?["spec"]?["ports"]?[0]?["port"] == 81)
                let plain = try await tool(
                    Built.slipway, "render", "beta", "--repository", folder.path, "--revision", "v1", "--kustomize", "-o", "json")
                #expect(try JSON.parse(Array(plain.utf8)).array?.count == 1)
                let unknown = try await outcome([Built.slipway, "render", "alpha", "--repository", folder.path, "--revision", "mian"])
                #expect(unknown.ending == .exited(1) && unknown.text.contains("did you mean \"main\"?"), "\(unknown.text)")
            }
        }

        @Test func `weights diff counts the points that move`() async throws {
            try await withTemporaryFolder("slipway-writing") { folder in
                try Self.write(folder)
                let changed = try await outcome([Built.slipway, "weights", "diff", "alpha", "beta", "--repository", folder.path])
                #expect(changed.ending == .exited(3))
                #expect(
                    changed.text == """
                        COMPONENT      alpha   beta   MOVED
                        freshness      15      20.5   +5.5
                        completion     40      40     -
                        engagement     25      25     -
                        affinity       15      9.5    -5.5
                        deepLearning   5       5      -

                        5.5 points move from alpha to beta

                        """)
                let json = try await outcome([Built.slipway, "weights", "diff", "alpha", "beta", "--repository", folder.path, "-o", "json"])
                let document = try Self.document(json.text)
                #expect(document["pointsMoved"] == 5.5 && document["equal"] == false)
                #expect(document["components"]?[3] == ["component": "affinity", "from": 15, "to": 9.5, "moved": -5.5])
                #expect(
                    try await outcome([Built.slipway, "weights", "diff", "alpha", "alpha", "--repository", folder.path]).ending
                        == .exited(0))
                let shown = try await tool(Built.slipway, "weights", "show", "beta", "--repository", folder.path)
                #expect(shown.contains("completion     40        environments/alpha/weights.yaml"), "\(shown)")
            }
        }
    }
}
