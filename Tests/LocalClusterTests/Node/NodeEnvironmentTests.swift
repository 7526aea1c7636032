import Manifests
import Testing

@testable import LocalCluster

@Suite struct NodeEnvironmentTests {
    private let facts = PodFacts(
        pod: [
            "metadata": ["name": "web-1", "namespace": "shop", "uid": "u-1", "labels": ["app": "web"], "annotations": ["note": "a \"b\""]],
            "spec": ["containers": [["name": "c", "resources": ["limits": ["cpu": "1500m", "memory": "64Mi"]]]]],
        ],
        podIP: "127.20.1.1", nodeName: "local", nodeIP: "127.20.0.1", nodeCPU: Quantity(thousandths: 2000),
        nodeMemory: Quantity(thousandths: 1_048_576_000),
        configMap: { $0 == "settings" ? ["data": ["COLOR": "green", "size": "10"]] : nil },
        secret: { $0 == "keys" ? ["data": ["token": .string(Base64.encode(Array("s3cret".utf8)))]] : nil },
        services: { [["metadata": ["name": "my-db"], "spec": ["clusterIP": "127.20.128.1", "ports": [["name": "sql", "port": 5432]]]]] })

    private func resolve(_ container: Value) throws -> [String: String] { try ContainerEnvironment.resolve(container, facts) }

    @Test func everySourceOfAValue() throws {
        let variables = try resolve([
            "name": "c", "resources": ["limits": ["cpu": "1500m", "memory": "64Mi"]],
            "envFrom": [["prefix": "CM_", "configMapRef": ["name": "settings"]], ["secretRef": ["name": "keys"]]],
            "env": [
                ["name": "PLAIN", "value": "x"], ["name": "BOTH", "value": "$(PLAIN)-$(CM_COLOR)-$(NO)-$$(PLAIN)"],
                ["name": "IP", "valueFrom": ["fieldRef": ["fieldPath": "status.podIP"]]],
                ["name": "APP", "valueFrom": ["fieldRef": ["fieldPath": "metadata.labels['app']"]]],
                ["name": "CPU", "valueFrom": ["resourceFieldRef": ["resource": "limits.cpu"]]],
                ["name": "MEM", "valueFrom": ["resourceFieldRef": ["resource": "limits.memory", "divisor": "1Mi"]]],
                ["name": "ASKED", "valueFrom": ["resourceFieldRef": ["resource": "requests.cpu", "divisor": "1m"]]],
                ["name": "KEY", "valueFrom": ["secretKeyRef": ["name": "keys", "key": "token"]]],
                ["name": "MAYBE", "valueFrom": ["configMapKeyRef": ["name": "none", "key": "k", "optional": true]]],
            ],
        ])
        #expect(variables["CM_COLOR"] == "green")
        #expect(variables["token"] == "s3cret")
        #expect(variables["BOTH"] == "x-green-$(NO)-$(PLAIN)")
        #expect(variables["IP"] == "127.20.1.1")
        #expect(variables["APP"] == "web")
        #expect(variables["CPU"] == "2")
        #expect(variables["MEM"] == "64")
        #expect(variables["ASKED"] == "0")
        #expect(variables["KEY"] == "s3cret")
        #expect(variables["MAYBE"] == nil)
        #expect(variables["MY_DB_SERVICE_HOST"] == "127.20.128.1")
        #expect(variables["MY_DB_SERVICE_PORT_SQL"] == "5432")
    }

    @Test(
        arguments: [
            (["configMapKeyRef": ["name": "none", "key": "k"]], "configmap \"none\" not found"),
            (["secretKeyRef": ["name": "none", "key": "k"]], "secret \"none\" not found"),
            (["configMapKeyRef": ["name": "settings", "key": "k"]], "couldn't find key k in ConfigMap shop/settings"),
            (["fieldRef": ["fieldPath": "spec.color"]], "unsupported fieldPath: spec.color"),
        ] as [(Value, String)])
    func whatIsMissingIsNamed(_ reference: Value, _ message: String) {
        let error = #expect(throws: NodeError.self) { try resolve(["env": [["name": "A", "valueFrom": reference]]]) }
        #expect(error?.message == message)
    }

    @Test(
        arguments: [
            ("1", 1000), ("500m", 500), ("1Ki", 1_024_000), ("1.5Gi", 1_610_612_736_000), ("2e3", 2_000_000), ("1k", 1_000_000),
            ("0.1", 100),
            ("1u", 1), ("-3", -3000),
        ] as [(String, Int64)])
    func quantities(_ text: String, _ thousandths: Int64) { #expect(Quantity(text)?.thousandths == thousandths) }

    @Test(arguments: ["", "Ki", "1KB", "1e99", "abc", "1 Gi", "99999999999E"]) func oddQuantities(_ text: String) {
        if let quantity = Quantity(text) { #expect(quantity.thousandths == .max) }
    }

    // MARK: - Volumes

    @Test func filesOfEverySource() throws {
        let files = try #require(
            try VolumeContent.files(
                of: [
                    "name": "v",
                    "projected": [
                        "sources": [
                            ["configMap": ["name": "settings", "items": [["key": "COLOR", "path": "deep/color", "mode": 0o400]]]],
                            ["secret": ["name": "keys"]],
                            ["downwardAPI": ["items": [["path": "labels", "fieldRef": ["fieldPath": "metadata.labels"]]]]],
                        ]
                    ],
                ], facts))
        #expect(files["deep/color"] == .init(bytes: Array("green".utf8), mode: 0o400))
        #expect(files["token"]?.bytes == Array("s3cret".utf8))
        #expect(files["labels"].map { String(decoding: $0.bytes, as: UTF8.self) } == "app=\"web\"")
        #expect(try VolumeContent.files(of: ["name": "e", "emptyDir": [:]], facts) == nil)
    }

    @Test(arguments: ["../x", "/etc/passwd", "a/../../b", "..data", ""]) func noFileLeavesItsVolume(_ path: String) {
        #expect(throws: NodeError.self) {
            try VolumeContent.files(
                of: ["name": "v", "configMap": ["name": "settings", "items": [["key": "COLOR", "path": .string(path)]]]], facts)
        }
    }

    @Test func mountPathsAreRewrittenWhereAPathBegins() {
        let table = MountTable([
            .init(mountPath: "/etc/app", realPath: "/s/v1"), .init(mountPath: "/etc/app/inner/", realPath: "/s/v2"),
            .init(mountPath: "/", realPath: "/never"),
        ])
        #expect(table.rewrite("/etc/app/a.yaml") == "/s/v1/a.yaml")
        #expect(table.rewrite("/etc/app/inner/b") == "/s/v2/b")
        #expect(table.rewrite("--config=/etc/app") == "--config=/s/v1")
        #expect(table.rewrite("/etc/app:/etc/app/inner") == "/s/v1:/s/v2")
        #expect(table.rewrite("cat </etc/app/x && ls '/etc/app'") == "cat </s/v1/x && ls '/s/v1'")
        #expect(table.rewrite("/etc/application") == "/etc/application")
        #expect(table.rewrite("/srv/etc/app") == "/srv/etc/app")
        #expect(table.rewrite("http://host/etc/app") == "http://host/etc/app")
    }

    // MARK: - Images

    @Test func imageNames() throws {
        #expect(ImageName.normalized("nginx") == "docker.io/library/nginx:latest")
        #expect(ImageName.normalized("nova/app:1") == "docker.io/nova/app:1")
        #expect(ImageName.normalized("localhost:5000/app") == "localhost:5000/app:latest")
        #expect(ImageName.repository(of: "host:5000/a/b:1@sha256:00") == "host:5000/a/b")
        #expect(!ImageName.isValid("a b") && !ImageName.isValid("") && !ImageName.isValid("docker.io/UPPER/x:1"))
        let catalog = try ImageCatalog([
            "images": [["name": "nova/app:*", "command": ["/bin/a"]], ["name": "docker.io/nova/app:2", "command": ["/bin/b", "x"]]]
        ])
        #expect(catalog.image(named: "nova/app:1")?.command == ["/bin/a"])
        #expect(catalog.image(named: "nova/app:2")?.command == ["/bin/b", "x"])
        #expect(catalog.image(named: "nova/other:1") == nil)
        let relative = try ImageCatalog(["images": [["name": "a", "command": ["build/a"]], ["name": "b", "command": ["sh"]]]])
        #expect(relative.resolved(in: "/srv").images.map(\.command) == [["/srv/build/a"], ["sh"]])
        let typo = #expect(throws: NodeError.self) { try ImageCatalog(["images": [["name": "a", "comand": ["x"]]]]) }
        #expect(typo?.message == "images[0]: unknown key `comand`, did you mean `command`")
    }

    // MARK: - Small machinery

    @Test func backoffDoubles() {
        #expect((0...7).map { Backoff.kubernetes.delay(before: $0) } == [0, 10, 20, 40, 80, 160, 300, 300].map { .seconds($0) })
    }

    @Test func probesTurnAtTheirThresholds() {
        var tracker = ProbeTracker(successThreshold: 2, failureThreshold: 3)
        #expect([true, true, true].map { tracker.record($0) } == [nil, true, nil])
        #expect([false, false, true, false, false, false].map { tracker.record($0) } == [nil, nil, nil, nil, nil, false])
    }

    @Test func addressesAreNotReusedAtOnce() {
        var ring = AddressRing(subnets: 1...1)
        let first = ring.take()
        ring.release((1, 1))
        #expect(first.map { [$0.0, $0.1] } == [1, 1])
        #expect(ring.take().map { [$0.0, $0.1] } == [1, 2])
        for _ in 0..<253 { #expect(ring.take() != nil) }
        #expect(ring.take() == nil)
    }

    @Test func twoClustersHaveTwoNetworks() throws {
        let first = try LoopbackNetwork.claim(startingAt: 100)
        let second = try LoopbackNetwork.claim(startingAt: first.number)
        #expect(first.number != second.number)
    }
}
