import Delivery
import Manifests
import Testing
import YAML

@Suite struct PolicyDecodeTests {
    static let full = """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: production}
        spec:
          target: {cluster: default, namespace: nova-prod, createNamespace: true}
          helm: {chart: charts/web, releaseName: web, values: [charts/prod.yaml], includeCRDs: false, kubeVersion: "1.30", apiVersions: [a.io/v1], hooks: skip}
          variables: {values: {REPLICAS: 3, IMAGE_TAG: "1.10"}, from: [{path: environments/shared.yaml, name: shared, optional: true}]}
          promotion:
            from: staging
            approvals: {rules: [{required: 1, role: release-manager}, {required: 2, role: security}], expireAfter: 24h, selfApproval: false}
            soak: 30s
            order: newest
            supersede: running
            group: shop
            windows: [{days: [Mon-Thu, Sat], from: "09:00", to: "16:30", timeZone: Europe/Berlin}]
            freezes: [{from: 2026-12-20, through: 2027-01-03, timeZone: UTC, reason: holidays}]
          rollout: {deadline: 5m, conflicts: {takeOver: [kubectl-client-side-apply, helm]}, prune: {maxObjects: 10, maxPercent: 50, propagation: foreground, timeout: 90s}, adopt: true, maxRestarts: 3, strategy: {canary: {deployment: web, service: web, routing: {ingress: shop}, steps: [{weight: 10, pause: 2m}, {weight: 50}]}}}
          verification:
            smokeTests: [hooks/smoke-tests.yaml]
            metrics:
              - name: errors
                template: error-rate
                parameters: {requests: web_requests_total, status: code, labels: {job: web}}
                threshold: {min: 0, max: 0.02}
                noData: pass
                deadline: 1m
              - name: slow
                query: avg(latency{namespace="${namespace}"}[${window}])
                source: default
                window: 30s
                compare: {to: previous, over: 5m, significance: 0.05, maxRatio: 1.2, minDifference: 0.1}
                worse: higher
                for: 45s
                warmUp: 30s
                interval: 15s
              - {name: cache, template: cache-hit-rate, parameters: {hits: h, misses: m}}
              - {name: memory, template: memory, parameters: {used: u, limit: l}}
              - {name: restarts, template: restarts, parameters: {restarts: r}}
              - {name: pool, template: connection-pool, parameters: {available: a, size: s}}
              - {name: redis, template: redis-errors, parameters: {errors: e}}
              - {name: p95, template: p95-latency, parameters: {duration: d}}
            hooks: [{path: hooks/check.sh, arguments: [--fast], timeout: 30s}]
            jobs: [{path: tests/job.yaml, timeout: 5m}]
            deadline: 10m
          rollback: {automatic: true, watch: 5m}
          reconcile: {drift: report, healEvery: 60s, ignore: [{kind: Deployment, group: apps, name: web, fields: [/spec/replicas]}]}
        """

    static func value(_ text: String) throws -> Value {
        try #require(try YAML.parse(Array(text.utf8), file: "environment.yaml").first?.value)
    }

    private func errors(_ text: String, folder: String = "production") throws -> [String] {
        let value = try Self.value(text)
        do throws(PolicyErrors) {
            _ = try EnvironmentPolicy.decode(value, folder: folder)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    /// The full document with one line put in the place of another.
    private func errors(_ old: String, _ new: String) throws -> [String] {
        try #require(Self.full.contains(old))
        var text = Self.full
        let range = try #require(text.firstRange(of: old))
        text.replaceSubrange(range, with: new)
        return try errors(text)
    }

    /// Strategies that exclude the one of `full`.
    static let strategies = [
        "{canary: {deployment: web, service: web, routing: {httpRoute: shop}, steps: [{weight: 0}, {weight: 100, pause: 0}]}}",
        "{canary: {deployment: web, service: web, routing: replicas, steps: [{weight: 10, pause: 30s}]}}",
        "{blueGreen: {deployment: web, service: web-front, pause: 5m}}",
    ].map { strategy in
        """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: production}
        spec: {target: {namespace: nova-prod}, rollout: {deadline: 5m, strategy: \(strategy)}}

        """
    }

    @Test func strategiesAreRead() throws {
        let read = try Self.strategies.map {
            try EnvironmentPolicy.decode(try Self.value($0), folder: "production").rollout.strategy
        }
        #expect(
            read == [
                RolloutStrategy(
                    kind: .canary, deployment: "web", service: "web", routing: .httpRoute(name: "shop"),
                    steps: [.init(weight: 0, pause: .seconds(60)), .init(weight: 100, pause: .zero)]),
                RolloutStrategy(
                    kind: .canary, deployment: "web", service: "web", routing: .replicas,
                    steps: [.init(weight: 10, pause: .seconds(30))]),
                RolloutStrategy(
                    kind: .blueGreen, deployment: "web", service: "web-front", routing: .replicas,
                    steps: [.init(weight: 0, pause: .seconds(300)), .init(weight: 100, pause: .seconds(300))]),
            ])
    }

    @Test(arguments: [
        ("{ingress: shop}", "{ingres: shop}", "did you mean"),
        ("{ingress: shop}", "replica", "must be replicas, {ingress: NAME} or {httpRoute: NAME}; did you mean \"replicas\"?"),
        ("{ingress: shop}", "{ingress: shop, httpRoute: shop}", "stands beside ingress"),
        ("{weight: 50}", "{weight: 5}", "takes traffic back: weight 5 is lower than the step before, 10"),
        ("{weight: 50}", "{weight: 101}", "must be a whole number from 0 to 100"),
        ("{ingress: shop}, steps: [{weight: 10, pause: 2m}", "replicas, steps: [{weight: 0, pause: 2m}", "takes no weight 0"),
        ("canary: {deployment: web, ", "canary: {", "deployment"),
        ("strategy: {canary:", "strategy: {blueGreen: {deployment: web, service: web}, canary:", "stands beside canary"),
        ("strategy: {canary:", "strategy: {canry:", "did you mean \"canary\"?"),
        ("deployment: web, ", "deployment: \(String(repeating: "w", count: 57)), ", "at most 56 characters"),
    ])
    func aWrongStrategyIsRefused(_ old: String, _ new: String, _ words: String) throws {
        let errors = try errors(old, new)
        #expect(errors.contains { $0.contains(words) }, "\(errors)")
    }

    @Test func everythingIsRead() throws {
        let policy = try EnvironmentPolicy.decode(try Self.value(Self.full), folder: "production")
        var expected = EnvironmentPolicy(name: "production", target: .init(namespace: "nova-prod"))
        expected.target.createNamespace = true
        expected.helm = .init(chart: "charts/web", releaseName: "web")
        expected.helm?.values = ["charts/prod.yaml"]
        expected.helm?.includeCRDs = false
        expected.helm?.kubeVersion = "1.30"
        expected.helm?.apiVersions = ["a.io/v1"]
        expected.helm?.hooks = .skip
        var shared = EnvironmentPolicy.Variables.Source(path: "environments/shared.yaml")
        shared.name = "shared"
        shared.optional = true
        expected.variables = .init()
        expected.variables?.values = ["REPLICAS": 3, "IMAGE_TAG": "1.10"]
        expected.variables?.from = [shared]
        expected.promotion.from = "staging"
        expected.promotion.approvals = .init([.init(required: 1, role: "release-manager"), .init(required: 2, role: "security")])
        expected.promotion.approvals?.expireAfter = .seconds(24 * 3600)
        expected.promotion.approvals?.allowsSelfApproval = false
        expected.promotion.soak = .seconds(30)
        expected.promotion.supersede = .running
        expected.promotion.group = "shop"
        expected.promotion.calendar.windows = [
            .init(
                days: [.monday, .tuesday, .wednesday, .thursday, .saturday], from: 9 * 60, to: 16 * 60 + 30, timeZone: "Europe/Berlin")
        ]
        expected.promotion.calendar.freezes = [
            .init(
                from: try #require(CivilDate("2026-12-20")), through: try #require(CivilDate("2027-01-03")), timeZone: "UTC",
                reason: "holidays")
        ]
        expected.rollout.deadline = .seconds(300)
        expected.rollout.conflicts = .takeOver(managers: ["kubectl-client-side-apply", "helm"])
        expected.rollout.prunePropagation = .foreground
        expected.rollout.pruneTimeout = .seconds(90)
        expected.rollout.adopt = true
        expected.rollout.strategy = RolloutStrategy(
            kind: .canary, deployment: "web", service: "web", routing: .ingress(name: "shop"),
            steps: [.init(weight: 10, pause: .seconds(120)), .init(weight: 50, pause: .seconds(60))])
        // VerificationDecodeTests looks into it.
        expected.verification = policy.verification
        expected.rollback.watch = .seconds(300)
        expected.reconcile.drift = .report
        var ignored = EnvironmentPolicy.IgnoredFields(kind: "Deployment", fields: [try JSONPointer("/spec/replicas")])
        (ignored.group, ignored.name) = ("apps", "web")
        expected.reconcile.ignore = [ignored]
        expected.reconcile.healEvery = .seconds(60)
        #expect(policy == expected)
    }

    @Test func onlyTheTargetIsNeeded() throws {
        let text = "{apiVersion: slipway.dev/v1, kind: Environment, metadata: {name: staging}, spec: {target: {namespace: nova}}}"
        let policy = try EnvironmentPolicy.decode(try Self.value(text), folder: "staging")
        #expect(policy == EnvironmentPolicy(name: "staging", target: .init(namespace: "nova")))
        #expect(policy.promotion.approvals == nil && policy.rollout.conflicts == .fail && policy.rollback.automatic)
    }

    @Test(arguments: [
        ("name: production", "name: prod", "metadata.name: must be \"production\", the name of its folder, not \"prod\""),
        ("deadline: 5m", "deadlin: 5m", "spec.rollout.deadlin: unknown key \"deadlin\"; did you mean \"deadline\"?"),
        ("deadline: 5m", "deadline: 5", "spec.rollout.deadline: must be a duration such as 90s, 5m or 1h30m from 1s to 24h, not 5"),
        ("deadline: 5m", "deadline: 25h", "spec.rollout.deadline: must be a duration such as 90s, 5m or 1h30m from 1s to 24h, not \"25h\""),
        ("kind: Environment", "kind: Environmnt", "kind: must be Environment, not \"Environmnt\""),
        ("namespace: nova-prod", "namespace: Nova_Prod", "spec.target.namespace: must be at most 63 lower-case letters"),
        ("namespace: nova-prod, ", "", "spec.target.namespace: is missing"),
        ("from: staging", "from: production", "spec.promotion.from: an environment cannot wait for itself"),
        ("chart: charts/web", "chart: /charts/web", "spec.helm.chart: \"/charts/web\" must be a path from the root of the repository"),
        ("releaseName: web, ", "", "spec.helm.releaseName: is missing"),
        ("releaseName: web", "releaseName: --debug", "spec.helm.releaseName: must be at most 63 lower-case letters"),
        ("kubeVersion: \"1.30\"", "kubeVersion: 1.30", "spec.helm.kubeVersion: must be a version in quotes, such as \"1.30\""),
        ("[a.io/v1]", "[--x]", "spec.helm.apiVersions: \"--x\" must be like monitoring.coreos.com/v1"),
        ("hooks: skip", "hooks: run", "spec.helm.hooks: must be one of refuse, apply, skip, not \"run\""),
        ("REPLICAS: 3", "1REPLICA: 3", "spec.variables.values.1REPLICA: \"1REPLICA\" is no name of a variable"),
        ("REPLICAS: 3", "REPLICAS: [3]", "spec.variables.values.REPLICAS: must be a text, a number or a boolean, not a list"),
        ("path: environments/shared.yaml", "path: ../shared.yaml", "spec.variables.from[0].path: \"../shared.yaml\" must be a path from"),
        ("path: environments/shared.yaml, ", "", "spec.variables.from[0].path: is missing"),
        ("optional: true", "optionl: true", "did you mean \"optional\"?"),
        ("required: 1", "required: 0", "spec.promotion.approvals.rules[0].required: must be a whole number from 1 to 20, not 0"),
        (", role: release-manager", "", "spec.promotion.approvals.rules[0].role: is missing"),
        ("{takeOver: [kubectl-client-side-apply, helm]}", "forc", "must be fail, force, or a mapping"),
        ("{takeOver: [kubectl-client-side-apply, helm]}", "forc", "did you mean \"force\"?"),
        ("{takeOver: [kubectl-client-side-apply, helm]}", "{takeOver: []}", "must name at least one field manager"),
        ("{takeOver: [kubectl-client-side-apply, helm]}", "{takeover: [helm]}", "did you mean \"takeOver\"?"),
        ("hooks/smoke-tests.yaml", "../smoke.yaml", "\"../smoke.yaml\" must be a path from the root of the repository"),
        ("hooks/smoke-tests.yaml", "/etc/passwd", "\"/etc/passwd\" must be a path from the root"),
        ("hooks/smoke-tests.yaml", "a.yaml, a.yaml", "names \"a.yaml\" twice"),
        ("automatic: true", "automatic: sure", "spec.rollback.automatic: must be true or false, not \"sure\""),
        ("maxPercent: 50", "maxPercent: 101", "spec.rollout.prune.maxPercent: must be a whole number from 0 to 100, not 101"),
        ("maxRestarts: 3", "maxRestarts: 2.5", "spec.rollout.maxRestarts: must be a whole number"),
        ("drift: report", "drift: reprot", "spec.reconcile.drift: must be one of heal, report, not"),
        ("[/spec/replicas]", "[spec.replicas]", "the JSON pointer \"spec.replicas\" does not start with"),
        ("[/spec/replicas]", "[/metadata/name]", "must not name \"/metadata/name\""),
        ("[/spec/replicas]", "[]", "spec.reconcile.ignore[0].fields: must name at least one field"),
    ])
    func aMistakeIsNamedWithItsPlace(_ old: String, _ new: String, _ message: String) throws {
        let errors = try errors(old, new)
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
        #expect(errors.count <= 2, "one mistake gives no flood: \(errors)")
    }

    @Test func allMistakesAreFoundInOneRun() throws {
        let errors = try errors(
            "{apiVersion: v1, kind: Environment, metadata: {name: x}, spec: {target: {namespace: A}, rollback: {wach: 5m}, extra: 1}}")
        #expect(errors.count == 5, "\(errors)")
    }

    @Test(arguments: ["[]", "text", "{}", "{spec: null}", "{spec: {target: [1]}, metadata: 7}", "12"])
    func anythingElseIsRefusedWithoutATrap(_ text: String) throws {
        #expect(try !errors(text).isEmpty)
    }

    @Test func theExamplesOfTheRepositoryAreRight() throws {
        var policies: [EnvironmentPolicy] = []
        for name in ["staging", "production"] {
            let text = try RepositoryFile.read("environments/\(name)/environment.yaml")
            policies.append(try EnvironmentPolicy.decode(try Self.value(text), folder: name))
        }
        #expect(PromotionGraph.check(policies).isEmpty)
    }
}
