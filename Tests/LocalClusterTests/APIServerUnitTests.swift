import Manifests
import Testing

@testable import LocalCluster

@Suite struct APIServerUnitTests {
    // MARK: Selectors

    @Test(arguments: [
        ("app=web", true), ("app==web", true), ("app!=web", false), ("app", true), ("!app", false), ("tier in (front, back)", true),
        ("tier notin (front)", false), ("size>3,size<5", true), ("size>4", false), ("missing!=x", true), ("missing notin (a)", true),
        ("", true),
    ])
    func labelSelectors(text: String, matches: Bool) throws {
        let object: Value = ["metadata": ["labels": ["app": "web", "tier": "front", "size": "4"]]]
        #expect(try LabelQuery(text).matches(object) == matches)
    }

    @Test(arguments: ["app=web,", "app in web", "app in (a", "=x", "a b=c", "app=b@d", "a>x"])
    func unreadableLabelSelectors(text: String) {
        let error = #expect(throws: APIError.self) { try LabelQuery(text) }
        #expect(error?.reason == .badRequest)
    }

    @Test func fieldSelectors() throws {
        let pod: Value = ["metadata": ["name": "p", "namespace": "n"], "status": ["phase": "Failed"]]
        #expect(try FieldQuery("status.phase!=Running,metadata.name=p", .pods).matches(pod))
        #expect(try !FieldQuery("spec.nodeName=x", .pods).matches(pod))
        #expect(try FieldQuery("spec.nodeName=", .pods).matches(pod))
        #expect(throws: APIError.self) { try FieldQuery("spec.replicas=1", .deployments) }
    }

    // MARK: Quantities and ages

    @Test(arguments: [
        ("1000m", "1"), ("0.1", "100m"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("0", "0"), ("2000", "2k"), ("1500", "1500"),
        ("512", "512"),
        ("0.5", "500m"), ("1e3", "1e3"), ("100u", "100u"), ("-1", "-1"), ("512Ki", "512Ki"), ("0.1Gi", "107374182400m"),
    ])
    func quantitiesAreWrittenShortest(text: String, canonical: String) {
        #expect(ResourceQuantity(text)?.canonical == canonical)
    }

    @Test(arguments: ["", "x", "1x", "1 Gi", "--1", "1.2.3", "99999999999999999999999999999999999"])
    func noQuantities(text: String) { #expect(ResourceQuantity(text) == nil) }

    @Test(
        arguments: [
            (5, "5s"), (119, "119s"), (120, "2m"), (330, "5m30s"), (3600, "60m"), (11_000, "3h3m"), (86_400, "24h"), (200_000, "2d7h"),
            (86_400 * 30, "30d"), (86_400 * 800, "2y70d"),
        ] as [(Int64, String)])
    func agesReadAsKubectls(seconds: Int64, text: String) { #expect(Age.text(seconds: seconds) == text) }

    // MARK: Managed fields

    private static let time = Timestamp(seconds: 1_769_854_830)

    private func apply(_ applied: Value, by manager: String, to live: Value?, force: Bool = false) throws(APIError) -> Value {
        try ServerSideApply(
            type: .deployments, manager: ManagedFields.Manager(name: manager, operation: .apply, apiVersion: "apps/v1"), force: force,
            time: Self.time
        ).apply(applied, to: live)
    }

    private func deployment(replicas: Value? = nil, containers: Value) -> Value {
        var object: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"]]
        object["spec", "template", "spec", "containers"] = containers
        if let replicas { object["spec", "replicas"] = replicas }
        return object
    }

    @Test func twoManagersShareAnObject() throws {
        let first = try apply(deployment(replicas: 1, containers: [["name": "a", "image": "x"]]), by: "one", to: nil)
        let second = try apply(deployment(containers: [["name": "b", "image": "y"]]), by: "two", to: first)
        let names = second.at(["spec", "template", "spec", "containers"])?.array?.compactMap { $0["name"]?.string }
        #expect(names == ["a", "b"])
        let third = try apply(deployment(replicas: 1, containers: []), by: "one", to: second)
        #expect(third.at(["spec", "template", "spec", "containers"])?.array?.compactMap { $0["name"]?.string } == ["b"])
    }

    @Test func aConflictNamesFieldAndManager() throws {
        let first = try apply(deployment(replicas: 1, containers: [["name": "a", "image": "x"]]), by: "one", to: nil)
        let error = #expect(throws: APIError.self) {
            try apply(deployment(replicas: 2, containers: [["name": "a", "image": "y"]]), by: "two", to: first)
        }
        #expect(error?.reason == .conflict)
        #expect(error?.causes.map(\.field) == [".spec.replicas", ".spec.template.spec.containers[name=\"a\"].image"])
        #expect(error?.causes.first?.message == "conflict with \"one\"")
        let forced = try apply(deployment(replicas: 2, containers: [["name": "a", "image": "y"]]), by: "two", to: first, force: true)
        #expect(forced["spec"]?["replicas"] == 2)
        let left = ManagedFields(forced).entries.first { $0.manager.name == "one" }?.fields.paths.map(FieldTree.text)
        #expect(left?.contains(".spec.replicas") == false)
    }

    @Test func sharedValuesAreNoConflict() throws {
        let first = try apply(deployment(replicas: 1, containers: []), by: "one", to: nil)
        let second = try apply(deployment(replicas: 1, containers: []), by: "two", to: first)
        let third = try apply(deployment(containers: []), by: "one", to: second)
        #expect(third["spec"]?["replicas"] == 1)
    }

    @Test func portsAreToldApartByNumberAndProtocol() throws {
        let shape = FieldShape.of(.deployments)
        let object = deployment(containers: [["name": "a", "ports": [["containerPort": 53], ["containerPort": 53, "protocol": "UDP"]]]])
        let paths = FieldTree(applied: ManagedFields.withoutSystemFields(object), shape).paths.map(FieldTree.text)
        #expect(paths.contains(".spec.template.spec.containers[name=\"a\"].ports[containerPort=53,protocol=\"TCP\"].containerPort"))
        #expect(paths.contains(".spec.template.spec.containers[name=\"a\"].ports[containerPort=53,protocol=\"UDP\"].protocol"))
    }

    @Test func fieldTreesSurviveTheirWrittenForm() throws {
        var tree = FieldTree()
        tree.insert(["f:spec", "f:ports", #"k:{"port":80,"protocol":"TCP"}"#])
        tree.insert(["f:spec", "f:ports", #"k:{"port":80,"protocol":"TCP"}"#, "f:name"])
        tree.insert(["f:metadata", "f:finalizers", #"v:"a/b""#])
        #expect(FieldTree(tree.value) == tree)
    }

    @Test func anUpdateTakesTheFieldsItChanges() throws {
        let created = try apply(deployment(replicas: 1, containers: [["name": "a", "image": "x"]]), by: "one", to: nil)
        var changed = created
        changed["spec", "replicas"] = 5
        changed["metadata", "managedFields"] = UpdateTracker().managedFields(
            of: changed, over: created, .deployments, manager: "other", options: .controller, at: Self.time)
        let entries = ManagedFields(changed).entries
        #expect(entries.first { $0.manager.name == "other" }?.fields.paths.map(FieldTree.text) == [".spec.replicas"])
        #expect(entries.first { $0.manager.name == "one" }?.fields.paths.map(FieldTree.text).contains(".spec.replicas") == false)
    }

    // MARK: Schema

    @Test func everySchemaReferenceExists() {
        func check(_ type: FieldType, _ place: String) {
            switch type {
            case .structure(let name): #expect(Schema.types[name] != nil, "\(place): \(name)")
            case .list(let element), .map(let element): check(element, place)
            case .string, .int, .bool, .number, .quantity, .intOrString, .time, .microTime, .bytes, .any: break
            }
        }
        for (name, type) in Schema.types {
            for field in type.fields { check(field.type, "\(name).\(field.name)") }
        }
        for type in ResourceType.builtIn { #expect(Schema.type(type) != nil, "\(type.kind)") }
    }

    @Test func decodingDropsAndNamesUnknownFields() throws {
        let schema = try #require(Schema.type(.deployments))
        let (object, unknown) = try SchemaDecoder.decode(
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "spec": ["replica": 1, "paused": false, "template": ["spec": ["contaners": []]]],
            ],
            as: schema, version: "v1")
        #expect(unknown == ["spec.replica", "spec.template.spec.contaners"])
        #expect(object["spec"]?["paused"] == nil)
    }

    // MARK: Tables

    @Test func podStatusNamesWhatIsWrong() {
        func pod(_ state: Value, phase: String = "Running") -> Value {
            ["status": ["phase": .string(phase), "containerStatuses": [["name": "a", "ready": false, "state": state]]]]
        }
        #expect(PodCells.status(pod(["waiting": ["reason": "ImagePullBackOff"]], phase: "Pending")) == "ImagePullBackOff")
        #expect(PodCells.status(pod(["terminated": ["exitCode": 3]])) == "ExitCode:3")
        #expect(PodCells.status(pod(["terminated": ["exitCode": 0, "signal": 9]])) == "Signal:9")
        #expect(PodCells.status(pod(["running": [:]])) == "Running")
        var going = pod(["running": [:]])
        going["metadata", "deletionTimestamp"] = "2026-01-31T10:20:30Z"
        #expect(PodCells.status(going) == "Terminating")
        let starting: Value = [
            "spec": ["initContainers": [["name": "i"], ["name": "j"]]],
            "status": [
                "phase": "Pending",
                "initContainerStatuses": [
                    ["name": "i", "state": ["terminated": ["exitCode": 0]]], ["name": "j", "state": ["running": [:]]],
                ],
            ],
        ]
        #expect(PodCells.status(starting) == "Init:1/2")
    }

    @Test func everyRowHasACellForEachColumn() {
        for type in ResourceType.builtIn {
            let layout = TableLayout.of(type)
            #expect(layout.cells([:], Self.time).count == layout.columns.count, "\(type.kind)")
        }
    }

    // MARK: Protobuf

    @Test func brokenProtobufIsRefused() {
        for bytes: [UInt8] in [
            [], [1, 2, 3], [0x6B, 0x38, 0x73, 0], [0x6B, 0x38, 0x73, 0, 0x12, 0xFF, 0xFF], [0x6B, 0x38, 0x73, 0, 0x0F],
        ] {
            #expect(throws: APIError.self) { try ProtobufDecoder.decode(bytes) }
        }
    }

    // MARK: Paths

    @Test func pathsNameResources() {
        let pod = ResourcePath(["api", "v1", "namespaces", "shop", "pods", "a", "log"])
        #expect(pod?.namespace == "shop" && pod?.plural == "pods" && pod?.name == "a" && pod?.subresource == "log")
        let namespace = ResourcePath(["api", "v1", "namespaces", "shop"])
        #expect(namespace?.namespace == nil && namespace?.plural == "namespaces" && namespace?.name == "shop")
        #expect(ResourcePath(["api", "v1", "namespaces", "shop", "status"])?.subresource == "status")
        #expect(ResourcePath(["apis", "apps", "v1", "deployments"])?.group == "apps")
        #expect(ResourcePath(["apis", "apps", "v1"]) == nil)
    }
}
