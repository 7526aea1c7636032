internal import Manifests

/// What clients ask first: which groups, versions and resources there are.
struct Discovery: Sendable {
    let catalog: ResourceCatalog
    private let openAPI: OpenAPI

    /// The Kubernetes version that is spoken.
    static let version: Value = [
        "major": "1", "minor": "36", "gitVersion": "v1.36.0+slipway", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "2025-01-01T00:00:00Z", "goVersion": "none", "compiler": "swift", "platform": "linux/amd64",
    ]

    /// - Parameter revision: changes whenever the catalog does.
    init(catalog: ResourceCatalog, revision: String = "1") {
        self.catalog = catalog
        openAPI = OpenAPI(catalog: catalog, revision: revision)
    }

    /// Nil for a path that is none of discovery's.
    func answer(_ request: APIRequest) throws(APIError) -> APIResponse? {
        guard request.method == .get || request.method == .head else { return nil }
        let segments = request.segments
        switch segments.count {
        case 0:
            return .json(["paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]])
        case 1 where segments[0] == "api":
            return aggregated(request, [""]) ?? .json(["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []])
        case 1 where segments[0] == "apis":
            let names = catalog.groups.map(\.name).filter { !$0.isEmpty }
            return aggregated(request, names)
                ?? .json(["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(names.compactMap { group($0) })])
        case 2 where segments[0] == "api":
            return resourceList(group: "", version: segments[1])
        case 2 where segments[0] == "apis":
            return group(segments[1]).map { group in
                var group = group
                group["kind"] = "APIGroup"
                group["apiVersion"] = "v1"
                return .json(group)
            }
        case 3 where segments[0] == "apis":
            return resourceList(group: segments[1], version: segments[2])
        default:
            return segments[0] == "openapi" ? try openAPI.answer(request) : nil
        }
    }

    private func group(_ name: String) -> Value? {
        guard let group = catalog.groups.first(where: { $0.name == name }), let preferred = group.versions.first else { return nil }
        func version(_ version: String) -> Value { ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)] }
        return ["name": .string(name), "versions": .array(group.versions.map(version)), "preferredVersion": version(preferred)]
    }

    // MARK: Lists of resources

    private func resourceList(group: String, version: String) -> APIResponse? {
        guard catalog.groups.contains(where: { $0.name == group && $0.versions.contains(version) }) else { return nil }
        var resources: [Value] = []
        for served in catalog.resources(group: group, version: version) {
            resources.append(Self.entry(served.type, verbs: served.verbs))
            for sub in Self.subresources(of: served) {
                var entry: Object = [
                    "name": .string("\(served.type.plural)/\(sub.name)"), "singularName": "", "namespaced": .bool(served.type.namespaced),
                ]
                if sub.kind.group != group || sub.kind.version != version {
                    entry["group"] = .string(sub.kind.group)
                    entry["version"] = .string(sub.kind.version)
                }
                entry["kind"] = .string(sub.kind.kind)
                entry["verbs"] = .array(sub.verbs.map(Value.string))
                resources.append(.object(entry))
            }
        }
        for virtual in VirtualResource.all where virtual.type.group == group && virtual.type.version == version {
            resources.append(Self.entry(virtual.type, verbs: virtual.verbs))
        }
        let groupVersion = group.isEmpty ? version : "\(group)/\(version)"
        return .json([
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion), "resources": .array(resources),
        ])
    }

    private static func entry(_ type: ResourceType, verbs: [String]) -> Value {
        var entry: Object = [
            "name": .string(type.plural), "singularName": .string(type.singular), "namespaced": .bool(type.namespaced),
            "kind": .string(type.kind), "verbs": .array(verbs.map(Value.string)),
        ]
        if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map(Value.string)) }
        if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map(Value.string)) }
        return .object(entry)
    }

    struct Subresource {
        let name: String
        let kind: (group: String, version: String, kind: String)
        let verbs: [String]
    }

    static func subresources(of served: ServedResource) -> [Subresource] {
        let type = served.type
        let own = (group: type.group, version: type.version, kind: type.kind)
        var result: [Subresource] = []
        if type.hasScale {
            result.append(Subresource(name: "scale", kind: ("autoscaling", "v1", "Scale"), verbs: ["get", "patch", "update"]))
        }
        if type.hasStatus { result.append(Subresource(name: "status", kind: own, verbs: ["get", "patch", "update"])) }
        if served.storage == .pods {
            result.append(Subresource(name: "eviction", kind: ("policy", "v1", "Eviction"), verbs: ["create"]))
            result.append(Subresource(name: "log", kind: own, verbs: ["get"]))
            result.append(Subresource(name: "attach", kind: ("", "v1", "PodAttachOptions"), verbs: ["create", "get"]))
            result.append(Subresource(name: "ephemeralcontainers", kind: own, verbs: ["get", "patch", "update"]))
            result.append(Subresource(name: "exec", kind: ("", "v1", "PodExecOptions"), verbs: ["create", "get"]))
            result.append(Subresource(name: "portforward", kind: ("", "v1", "PodPortForwardOptions"), verbs: ["create", "get"]))
        }
        if served.storage == .serviceAccounts {
            result.append(Subresource(name: "token", kind: ("authentication.k8s.io", "v1", "TokenRequest"), verbs: ["create"]))
        }
        if served.storage == .pods || served.storage == .services {
            let kind = served.storage == .pods ? "PodProxyOptions" : "ServiceProxyOptions"
            result.append(
                Subresource(name: "proxy", kind: ("", "v1", kind), verbs: ["create", "delete", "get", "patch", "update"]))
        }
        return result
    }

    // MARK: Aggregated discovery (KEP-3352)

    private func aggregated(_ request: APIRequest, _ groups: [String]) -> APIResponse? {
        guard let (name, group, version) = AcceptedMedia(request.accept).representation(), name == "APIGroupDiscoveryList",
            group == "apidiscovery.k8s.io", version == "v2" || version == "v2beta1"
        else { return nil }
        let items = groups.compactMap { group in catalog.groups.first { $0.name == group } }.map { group -> Value in
            [
                "metadata": ["name": .string(group.name), "creationTimestamp": .null],
                "versions": .array(
                    group.versions.map { version in
                        [
                            "version": .string(version), "resources": .array(aggregatedResources(group.name, version)),
                            "freshness": "Current",
                        ]
                    }),
            ]
        }
        let list: Value = [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(items),
        ]
        return .json(list, contentType: "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList")
    }

    private func aggregatedResources(_ group: String, _ version: String) -> [Value] {
        let stored = catalog.resources(group: group, version: version).map { served -> Value in
            var entry = Self.aggregatedEntry(served.type, verbs: served.verbs)
            let subresources = Self.subresources(of: served)
            if !subresources.isEmpty {
                entry["subresources"] = .array(
                    subresources.map { sub in
                        [
                            "subresource": .string(sub.name), "responseKind": Self.kind(sub.kind.group, sub.kind.version, sub.kind.kind),
                            "verbs": .array(sub.verbs.map(Value.string)),
                        ]
                    })
            }
            return entry
        }
        let virtual = VirtualResource.all.filter { $0.type.group == group && $0.type.version == version }
        return stored + virtual.map { Self.aggregatedEntry($0.type, verbs: $0.verbs) }
    }

    private static func aggregatedEntry(_ type: ResourceType, verbs: [String]) -> Value {
        var entry: Object = [
            "resource": .string(type.plural), "responseKind": kind(type.group, type.version, type.kind),
            "scope": type.namespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular),
            "verbs": .array(verbs.map(Value.string)),
        ]
        if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map(Value.string)) }
        if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map(Value.string)) }
        return .object(entry)
    }

    private static func kind(_ group: String, _ version: String, _ kind: String) -> Value {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
}
