internal import Manifests

/// Reads the two forms of discovery. Aggregated (KEP-3352; v2 from 1.30, v2beta1 before) has all in two answers, plain discovery
/// needs one more for each group version.
enum DiscoveryReader {
    static let aggregatedAccept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

    static func isAggregated(_ answer: Value) -> Bool { answer.kind == "APIGroupDiscoveryList" }

    static func readAggregated(_ answer: Value, into catalog: inout APICatalog) {
        for group in answer["items"]?.array ?? [] {
            let groupName = group["metadata"]?["name"]?.string ?? ""
            for version in group["versions"]?.array ?? [] {
                guard let versionName = version["version"]?.string else { continue }
                // An aggregated API server that does not answer: what it serves is as it was, or unknown.
                if version["freshness"]?.string == "Stale" { catalog.unavailable.append("\(groupName)/\(versionName)") }
                for resource in version["resources"]?.array ?? [] {
                    guard let plural = resource["resource"]?.string, let kind = resource["responseKind"]?["kind"]?.string else { continue }
                    catalog.add(
                        APIResource(
                            group: groupName, version: versionName, kind: kind, plural: plural,
                            isNamespaced: resource["scope"]?.string == "Namespaced",
                            verbs: Set((resource["verbs"]?.array ?? []).compactMap(\.string))))
                }
            }
        }
    }

    /// The group versions to ask for, in order of preference within each group.
    static func groupVersions(legacy answer: Value) -> [String] { (answer["versions"]?.array ?? []).compactMap(\.string) }

    static func groupVersions(groups answer: Value) -> [String] {
        (answer["groups"]?.array ?? []).flatMap { group in
            let all = (group["versions"]?.array ?? []).compactMap { $0["groupVersion"]?.string }
            guard let preferred = group["preferredVersion"]?["groupVersion"]?.string else { return all }
            return [preferred] + all.filter { $0 != preferred }
        }
    }

    /// An APIResourceList. Subresources (`pods/log`) are not kinds of their own.
    static func readPlain(_ list: Value, groupVersion: String, into catalog: inout APICatalog) {
        let parts = groupVersion.split(separator: "/", maxSplits: 1).map(String.init)
        let (group, version) = parts.count == 2 ? (parts[0], parts[1]) : ("", groupVersion)
        for resource in list["resources"]?.array ?? [] {
            guard let plural = resource["name"]?.string, !plural.contains("/"), let kind = resource["kind"]?.string else { continue }
            catalog.add(
                APIResource(
                    group: group, version: version, kind: kind, plural: plural, isNamespaced: resource["namespaced"]?.bool ?? false,
                    verbs: Set((resource["verbs"]?.array ?? []).compactMap(\.string))))
        }
    }
}
