/// Group, version and kind. As a selector, an empty part matches anything.
struct TypeId: Sendable, Hashable {
    var group = ""
    var version = ""
    var kind = ""

    init(group: String = "", version: String = "", kind: String = "") {
        self.group = group
        self.version = version
        self.kind = kind
    }

    init(apiVersion: String, kind: String) {
        self.kind = kind
        if let slash = apiVersion.firstIndex(of: "/") {
            group = String(apiVersion[..<slash])
            version = String(apiVersion[apiVersion.index(after: slash)...])
        } else {
            version = apiVersion
        }
    }

    var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// Whether this is the group and version of the text.
    func isOf(apiVersion: String) -> Bool {
        if group.isEmpty { return apiVersion == version }
        let text = apiVersion.utf8
        let (group, version) = (group.utf8, version.utf8)
        return text.count == group.count + 1 + version.count && text.starts(with: group)
            && text.dropFirst(group.count).first == UInt8(ascii: "/") && text.dropFirst(group.count + 1).elementsEqual(version)
    }

    func isSelected(by selector: TypeId) -> Bool {
        (selector.group.isEmpty || selector.group == group) && (selector.version.isEmpty || selector.version == version)
            && (selector.kind.isEmpty || selector.kind == kind)
    }

    var isClusterScoped: Bool { ClusterScope.isCertain(self) }
}
