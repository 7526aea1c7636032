import Manifests

/// Sets one value at fields, or at one place of a path that is their value.
struct ValueAddTransformer: Transformer {
    private struct Target {
        var selector: Selector?
        var spec: FieldSpec
        /// Where in a path, counted from 1; 0 replaces the value.
        var filePathPosition: Int
    }

    private let value: String
    private let targets: [Target]

    init(_ configuration: PluginReader.Configuration, _ plugins: PluginReader) throws(RenderError) {
        let reader = try configuration.reader(["value", "targets", "targetFilePath"])
        value = try reader.string("value") ?? ""
        var targets = try Self.targets(reader, plugins)
        if let file = try reader.locatedString("targetFilePath"), !file.content.isEmpty {
            let (path, values) = try plugins.reader.documents(file, in: plugins.directory)
            for (document, value) in values.enumerated() where !value.isNull {
                let context = plugins.reader.context(path, document: document)
                let list: Value = value.array == nil ? value : ["targets": value]
                let below = try FieldReader(list, "target file", at: [], in: context)
                try below.allow(["targets"])
                targets += try Self.targets(below, plugins)
            }
        }
        self.targets = targets
    }

    private static func targets(_ reader: FieldReader, _ plugins: PluginReader) throws(RenderError) -> [Target] {
        try reader.list("targets") { value, path throws(RenderError) in
            let entry = try FieldReader(value, "target", at: path, in: reader.context)
            try entry.allow(["selector", "notSelector", "fieldPath", "filePathPosition"])
            func selector(_ key: String) throws(RenderError) -> Selector? {
                guard let below = try entry.reader(key) else { return nil }
                return try Selector(SelectorRule(reading: below), limits: plugins.reader.limits)
            }
            // kustomize reads notSelector and does not use it.
            _ = try selector("notSelector")
            return Target(
                selector: try selector("selector"),
                spec: FieldSpec(try entry.fieldPath("fieldPath") ?? "", create: true),
                filePathPosition: try entry.integer("filePathPosition") ?? 0)
        }
    }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        for target in targets {
            let positions = target.selector?.select(from: &resources) ?? Array(resources.indices)
            for position in positions {
                try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                    // A kind without namespaces is given none.
                    if target.spec.path == "metadata/namespace", resource.type.isClusterScoped { return }
                    try apply(target.spec, creation: .scalar, to: &resource, reader, entersLists: false) {
                        node throws(FieldWalker.Obstacle) in
                        node = .string(added(to: node.scalarText ?? "", target.filePathPosition))
                    }
                    resource.readIdentity()
                }
            }
        }
    }

    private func added(to path: String, _ position: Int) -> String {
        if position <= 0 || path.isEmpty { return value }
        var parts = path.split(separatedBy: "/")
        let isAbsolute = parts.first == ""
        if isAbsolute { parts.removeFirst() }
        parts.insert(value, at: min(position - 1, parts.count))
        return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }
}
