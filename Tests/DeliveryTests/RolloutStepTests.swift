import Delivery
import Manifests
import Testing

/// The objects of every kind of step.
@Suite struct RolloutStepTests {
    private static let ns = "shop"
    private static let running = RolloutStep.Running(replicas: 4, hash: "abc")

    private static func deployment(_ image: String, extra: String = "") throws -> Value {
        try PolicyDecodeTests.value(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}, annotations: {slipway.dev/wave: "2"}}
            spec:
              replicas: 2
              paused: true
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web, tier: front}}
                spec:
                  imagePullSecrets: [{name: pull}]
                  initContainers: [{name: init, image: i, envFrom: [{secretRef: {name: keys}}]}]
                  containers:
                    - name: main
                      image: \(image)
                      envFrom: [{configMapRef: {name: settings}}, {configMapRef: {name: same}}]
                      env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: a}}}, {name: B, valueFrom: {configMapKeyRef: {name: settings, key: b}}}]
                  volumes:
                    - {name: s, configMap: {name: settings}}
                    - {name: k, secret: {secretName: keys}}
                    - {name: p, projected: {sources: [{configMap: {name: settings}}, {secret: {name: keys}}, {secret: {name: foreign}}]}}
            \(extra)
            """)
    }

    private static func config(_ kind: String, _ name: String, _ text: String) -> Value {
        ["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": .string(name)], "data": ["b": .string(text)], "immutable": true]
    }

    private static func service(_ selector: Value = ["app": "web"]) -> Value {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "annotations": ["cloud": "balancer"]],
            "spec": [
                "type": "NodePort", "clusterIP": "10.0.0.1", "selector": selector,
                "ports": [["port": 80, "targetPort": "http", "nodePort": 30000]],
            ],
        ]
    }

    private static let ingress: Value = [
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": [
            "name": "front",
            "annotations": ["nginx.ingress.kubernetes.io/proxy-body-size": "1m", "cert-manager.io/issuer": "x"],
        ],
        "spec": [
            "ingressClassName": "nginx", "tls": [["hosts": ["a.example"]]],
            "rules": [
                [
                    "host": "a.example",
                    "http": [
                        "paths": [
                            ["path": "/", "backend": ["service": ["name": "web", "port": ["number": 80]]]],
                            ["path": "/other", "backend": ["service": ["name": "other", "port": ["number": 80]]]],
                        ]
                    ],
                ], ["host": "b.example", "http": ["paths": [["path": "/", "backend": ["service": ["name": "other"]]]]]],
            ],
        ],
    ]

    private static let route: Value = [
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": ["name": "front"],
        "spec": [
            "rules": [
                ["backendRefs": [["name": "web", "port": 80, "weight": 3], ["name": "other", "port": 80]]],
                ["backendRefs": [["name": "other", "port": 80]]],
            ]
        ],
    ]

    private static func bundle(_ version: String, _ more: [Value] = []) throws -> [Value] {
        [
            config("ConfigMap", "settings", version), config("ConfigMap", "same", "s"), config("Secret", "keys", version),
            config("Secret", "pull", version), config("ConfigMap", "unused", version), service(), try deployment("web:\(version)"), ingress,
            route,
        ] + more
    }

    private static func strategy(
        _ routing: RolloutStrategy.Routing, _ weights: [Int] = [25], kind: RolloutStrategy.Kind = .canary
    ) -> RolloutStrategy {
        RolloutStrategy(
            kind: kind, deployment: "web", service: "web", routing: routing,
            steps: weights.map { RolloutStrategy.Step(weight: $0, pause: .zero) })
    }

    private static func step(
        _ strategy: RolloutStrategy, _ index: Int = 0, old: [Value]? = nil, new: [Value]? = nil, running: RolloutStep.Running = running
    ) throws -> RolloutStep? {
        try RolloutStep.make(
            from: old ?? bundle("1"), to: new ?? bundle("2"), by: strategy, step: index, running: running, namespace: ns)
    }

    private static func names(_ ids: Set<ObjectIdentity>) -> [String] { ids.map { "\($0.kind) \($0.name)" }.sorted() }

    private static func find(_ kind: String, _ name: String, _ step: RolloutStep) throws -> Value {
        try #require(step.objects.first { $0.kind == kind && $0.name == name }, "\(kind) \(name)")
    }

    @Test func theOldBundleStaysAsItIs() throws {
        let step = try #require(try Self.step(Self.strategy(.replicas)))
        let old = try Self.bundle("1")
        #expect(Array(step.objects.prefix(old.count)) == old)
        #expect(step.guards.isEmpty && step.routing.isEmpty)
        #expect(
            Self.names(step.workload) == [
                "ConfigMap settings-canary", "Deployment web-canary", "Secret keys-canary", "Secret pull-canary", "Service web-canary",
            ])
        #expect(step.objects.count == old.count + 5 && step.beside == "abc")
    }

    @Test func theNewVersionComesWithItsOwnConfiguration() throws {
        let step = try #require(try Self.step(Self.strategy(.replicas)))
        let canary = try Self.find("Deployment", "web-canary", step)
        #expect(canary["spec", "selector", "matchLabels"] == ["app": "web", "slipway.dev/track": "canary"])
        #expect(
            canary["spec", "template", "metadata", "labels"] == ["app": "web", "tier": "front", "slipway.dev/track": "canary"])
        #expect(canary.annotations?["slipway.dev/beside"] == "abc" && canary.annotations?["slipway.dev/wave"] == nil)
        #expect(canary["spec", "paused"] == nil)
        let expected = try PolicyDecodeTests.value(
            """
            imagePullSecrets: [{name: pull-canary}]
            initContainers: [{name: init, image: i, envFrom: [{secretRef: {name: keys-canary}}]}]
            containers:
              - name: main
                image: web:2
                envFrom: [{configMapRef: {name: settings-canary}}, {configMapRef: {name: same}}]
                env: [{name: A, valueFrom: {secretKeyRef: {name: keys-canary, key: a}}}, {name: B, valueFrom: {configMapKeyRef: {name: settings-canary, key: b}}}]
            volumes:
              - {name: s, configMap: {name: settings-canary}}
              - {name: k, secret: {secretName: keys-canary}}
              - {name: p, projected: {sources: [{configMap: {name: settings-canary}}, {secret: {name: keys-canary}}, {secret: {name: foreign}}]}}
            """)
        #expect(canary["spec", "template", "spec"] == expected)
        let copy = try Self.find("ConfigMap", "settings-canary", step)
        #expect(copy["data", "b"] == "2" && copy["immutable"] == nil && copy.labels?["slipway.dev/track"] == "canary")
        #expect(try Self.find("ConfigMap", "settings", step)["data", "b"] == "1")
    }

    @Test func theServiceForTestsLeadsToTheNewVersionAlone() throws {
        let step = try #require(try Self.step(Self.strategy(.replicas)))
        #expect(
            try Self.find("Service", "web-canary", step)["spec"] == [
                "selector": ["app": "web", "slipway.dev/track": "canary"], "ports": [["port": 80, "targetPort": "http"]],
            ])
    }

    @Test(arguments: [(10, 10, 1), (25, 4, 1), (25, 12, 4), (50, 4, 4), (90, 4, 4), (1, 3, 1), (40, 10, 6), (10, 0, 1)])
    func theShareOfReplicasIsNotExceededByMoreThanAPod(_ weight: Int, _ running: Int, _ expected: Int) throws {
        let live = RolloutStep.Running(replicas: running, hash: "abc")
        let step = try #require(try Self.step(Self.strategy(.replicas, [weight]), running: live))
        let count = Int(try #require(try Self.find("Deployment", "web-canary", step)["spec", "replicas"]?.integer))
        #expect(count == expected)
        #expect(count == 1 || (count - 1) * 100 < weight * (running + count - 1))
    }

    @Test func anIngressIsCopiedWithItsWeight() throws {
        let step = try #require(try Self.step(Self.strategy(.ingress(name: "front"))))
        #expect(Self.names(step.routing) == ["Ingress front-canary"] && Self.names(step.guards) == ["Service web"])
        #expect(try Self.find("Service", "web", step)["spec", "selector"] == ["app": "web", "pod-template-hash": "abc"])
        let copy = try Self.find("Ingress", "front-canary", step)
        #expect(
            copy["metadata", "annotations"] == [
                "nginx.ingress.kubernetes.io/proxy-body-size": "1m", "nginx.ingress.kubernetes.io/canary": "true",
                "nginx.ingress.kubernetes.io/canary-weight": "25",
            ])
        #expect(
            copy["spec"] == [
                "ingressClassName": "nginx",
                "rules": [
                    [
                        "host": "a.example",
                        "http": ["paths": [["path": "/", "backend": ["service": ["name": "web-canary", "port": ["number": 80]]]]]],
                    ]
                ],
            ])
        #expect(try Self.find("Ingress", "front", step) == Self.ingress)
        #expect(try Self.find("Deployment", "web-canary", step)["spec", "replicas"] == 1)
    }

    @Test func aRouteSharesItsWeights() throws {
        let step = try #require(try Self.step(Self.strategy(.httpRoute(name: "front"))))
        #expect(Self.names(step.routing) == ["HTTPRoute front"] && Self.names(step.guards) == ["Service web"])
        #expect(
            try Self.find("HTTPRoute", "front", step)["spec", "rules"] == [
                [
                    "backendRefs": [
                        ["name": "web", "port": 80, "weight": 225], ["name": "web-canary", "port": 80, "weight": 75],
                        ["name": "other", "port": 80, "weight": 100],
                    ]
                ], ["backendRefs": [["name": "other", "port": 80]]],
            ])
    }

    @Test func blueGreenStandsWholeBesideThenSwitches() throws {
        let strategy = Self.strategy(.replicas, [0, 100], kind: .blueGreen)
        let first = try #require(try Self.step(strategy))
        #expect(Self.names(first.guards) == ["Service web"] && first.routing.isEmpty)
        #expect(try Self.find("Service", "web", first)["spec", "selector"] == ["app": "web", "pod-template-hash": "abc"])
        #expect(try Self.find("Deployment", "web-canary", first)["spec", "replicas"] == 4)
        let second = try #require(try Self.step(strategy, 1))
        #expect(second.guards.isEmpty && Self.names(second.routing) == ["Service web"])
        #expect(try Self.find("Service", "web", second)["spec", "selector"] == ["app": "web", "slipway.dev/track": "canary"])
        #expect(first.workload == second.workload)
    }

    @Test func whatOnlyTheNewBundleHasComesWithTheStep() throws {
        var new = try Self.bundle("2")
        new[6] = try Self.deployment("web:2", extra: "      serviceAccountName: worker")
        new.append(["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "worker"]])
        let step = try #require(try Self.step(Self.strategy(.replicas), new: new))
        #expect(Self.names(step.workload).contains("ServiceAccount worker"))
    }

    @Test func theSamePodsAreNotStepped() throws {
        var new = try Self.bundle("1")
        new.append(Self.config("ConfigMap", "more", "x"))
        #expect(try Self.step(Self.strategy(.replicas), new: new) == nil)
        #expect(try Self.step(Self.strategy(.replicas), old: [Self.service()]) == nil)
        // Configuration alone is a new version, too.
        new[0] = Self.config("ConfigMap", "settings", "2")
        #expect(try Self.step(Self.strategy(.replicas), new: new) != nil)
    }

    @Test func whatCannotBeSteppedIsNamed() throws {
        func reason(_ strategy: RolloutStrategy, _ change: (inout [Value]) -> Void) throws -> String? {
            var new = try Self.bundle("2")
            change(&new)
            do {
                _ = try Self.step(strategy, new: new)
                return nil
            } catch let fault as RolloutStepFault { return fault.message }
        }
        var other = Self.strategy(.replicas)
        other.deployment = "wbe"
        let head = "rollout.strategy cannot be followed: "
        #expect(
            try reason(other) { _ in } == head + "Deployment.apps shop/wbe is not in the bundle; did you mean web?")
        #expect(
            try reason(Self.strategy(.replicas)) { $0[5] = Self.service(["app": "api"]) } == head
                + "Service shop/web selects app=api, which the Pods of Deployment.apps shop/web do not carry; name the Service in front of it"
        )
        #expect(
            try reason(Self.strategy(.replicas)) { $0[5] = Self.service([:]) } == head
                + "Service shop/web has no selector, so that its traffic cannot be shared out")
        #expect(
            try reason(Self.strategy(.ingress(name: "front"))) { $0.remove(at: 7) } == head
                + "Ingress.networking.k8s.io shop/front is not in the bundle; it has no Ingress at all")
        #expect(
            try reason(Self.strategy(.replicas)) {
                $0[6]["spec", "template", "metadata", "labels", "slipway.dev/track"] = "x"
            } == head + "Deployment.apps shop/web has the label slipway.dev/track on its Pods, which the steps need for themselves")
        var elsewhere = Self.strategy(.httpRoute(name: "front"))
        elsewhere.service = "api"
        #expect(try reason(elsewhere) { _ in } == head + "Service shop/api is not in the bundle; it has web")
    }
}
