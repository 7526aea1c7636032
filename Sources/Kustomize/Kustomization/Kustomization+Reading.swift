import Manifests

extension Kustomization {
    private static let keys = [
        "apiVersion", "kind", "metadata", "resources", "bases", "components", "crds", "configurations", "openapi", "generators",
        "transformers", "validators", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "commonAnnotations", "images",
        "imageTags", "replicas", "patchesStrategicMerge", "patchesJson6902", "patches", "configMapGenerator", "secretGenerator",
        "generatorOptions", "replacements", "vars", "buildMetadata", "sortOptions", "helmCharts", "helmGlobals",
        "helmChartInflationGenerator", "inventory",
    ]

    init(reading value: Value, in context: SourceContext) throws(RenderError) {
        self.init(context: context)
        let reader = try FieldReader(value, "kustomization", at: [], in: context)
        try reader.allow(Self.keys)
        try readKind(reader)
        let saysSomething = reader.object.contains { key, value in
            !["apiversion", "kind"].contains(key.lowercased()) && !value.isNull && value != ""
        }
        if !saysSomething { throw context.error(.invalidKustomization, "the kustomization is empty", at: []) }
        for key in ["helmCharts", "helmChartInflationGenerator", "helmGlobals"] where reader.value(key) != nil {
            try context.report(
                context.error(
                    .unsupported, "\(key) is not rendered within a kustomization", at: [.key(key)],
                    hint: "name the chart in the environment.yaml of the Environment, under spec.helm"))
        }
        resources = try reader.strings("resources") + reader.strings("bases")
        components = try reader.strings("components")
        crds = try reader.strings("crds")
        configurations = try reader.strings("configurations")
        generators = try reader.strings("generators")
        transformers = try reader.strings("transformers")
        validators = try reader.strings("validators")
        if let openAPI = try reader.reader("openapi") {
            try openAPI.allow(["path", "version"])
            openAPIPath = try openAPI.locatedString("path")
            if let version = try openAPI.string("version"), !Self.isKnownOpenAPI(version) {
                try context.report(
                    openAPI.error("version", "the OpenAPI version \(version) is not built in", hint: "name a schema file under path:"))
            }
        }
        try readNames(reader)
        try readPatches(reader)
        try readGenerators(reader)
        try readReplacements(reader)
        try readOutput(reader)
    }

    /// Merge rules have not changed since these versions, so one table serves all.
    private static func isKnownOpenAPI(_ version: String) -> Bool {
        let parts = version.split(separator: ".")
        guard parts.count >= 2, parts[0] == "v1", let minor = Int(parts[1]) else { return version.isEmpty }
        return minor >= 20
    }

    private mutating func readKind(_ reader: FieldReader) throws(RenderError) {
        let apiVersion = try reader.string("apiVersion") ?? ""
        let written = try reader.string("kind") ?? ""
        guard let kind = Kind(rawValue: written.isEmpty ? Kind.kustomization.rawValue : written) else {
            return try context.report(reader.error("kind", "kind must be Kustomization or Component, not \"\(written)\""))
        }
        self.kind = kind
        let accepted =
            kind == .component
            ? ["", "kustomize.config.k8s.io/v1alpha1"] : ["", "kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1"]
        if !accepted.contains(apiVersion) {
            try context.report(
                reader.error(
                    "apiVersion", "apiVersion \"\(apiVersion)\" is not one of a \(kind.rawValue)", hint: "write \(accepted[1])"))
        }
    }

    private mutating func readNames(_ reader: FieldReader) throws(RenderError) {
        namespace = try reader.name("namespace") ?? ""
        namePrefix = try reader.name("namePrefix") ?? ""
        nameSuffix = try reader.name("nameSuffix") ?? ""
        labels = try reader.list("labels") { value, path throws(RenderError) in
            try LabelRule(reading: FieldReader(value, "label entry", at: path, in: context))
        }
        commonLabels = try reader.stringMap("commonLabels")
        commonAnnotations = try reader.stringMap("commonAnnotations")
        images = try reader.list("images") { value, path throws(RenderError) in
            try ImageRule(reading: FieldReader(value, "image", at: path, in: context))
        }
        images += try reader.list("imageTags") { value, path throws(RenderError) in
            try ImageRule(reading: FieldReader(value, "image", at: path, in: context))
        }
        replicas = try reader.list("replicas") { value, path throws(RenderError) in
            try ReplicaRule(reading: FieldReader(value, "replica entry", at: path, in: context))
        }
    }

    private mutating func readPatches(_ reader: FieldReader) throws(RenderError) {
        patchesStrategicMerge = try reader.strings("patchesStrategicMerge")
        patchesJson6902 = try reader.list("patchesJson6902") { value, path throws(RenderError) in
            try PatchRule(reading: FieldReader(value, "patch", at: path, in: context))
        }
        patches = try reader.list("patches") { value, path throws(RenderError) in
            try PatchRule(reading: FieldReader(value, "patch", at: path, in: context))
        }
    }

    private mutating func readGenerators(_ reader: FieldReader) throws(RenderError) {
        if let options = try reader.reader("generatorOptions") { generatorOptions = try GeneratorRule.Options(reading: options) }
        configMaps = try reader.list("configMapGenerator") { value, path throws(RenderError) in
            try GeneratorRule(reading: FieldReader(value, "configMapGenerator", at: path, in: context), kind: .configMap)
        }
        secrets = try reader.list("secretGenerator") { value, path throws(RenderError) in
            try GeneratorRule(reading: FieldReader(value, "secretGenerator", at: path, in: context), kind: .secret)
        }
        for position in configMaps.indices { configMaps[position].options = configMaps[position].options.over(generatorOptions) }
        for position in secrets.indices { secrets[position].options = secrets[position].options.over(generatorOptions) }
    }

    static func replacements(_ reader: FieldReader) throws(RenderError) -> [ReplacementEntry] {
        try reader.list("replacements") { value, path throws(RenderError) in
            let entry = try FieldReader(value, "replacement", at: path, in: reader.context)
            if let file = try entry.locatedString("path"), !file.content.isEmpty {
                if entry.value("source") != nil || entry.value("targets") != nil {
                    throw entry.error("path", "a replacement is either in a file or written in place, not both")
                }
                return .file(file)
            }
            return .rule(try ReplacementRule(reading: entry))
        }
    }

    private mutating func readReplacements(_ reader: FieldReader) throws(RenderError) {
        replacements = try Self.replacements(reader)
        variables = try reader.list("vars") { value, path throws(RenderError) in
            try VariableRule(reading: FieldReader(value, "variable", at: path, in: context))
        }
    }

    private mutating func readOutput(_ reader: FieldReader) throws(RenderError) {
        for entry in try reader.strings("buildMetadata") {
            guard let option = BuildMetadata(rawValue: entry.content) else {
                let known = BuildMetadata.allCases.map(\.rawValue).joined(separator: ", ")
                try context.report(entry.error(.invalidKustomization, "buildMetadata knows \(known), not \"\(entry.content)\""))
                continue
            }
            buildMetadata.insert(option)
        }
        guard let options = try reader.reader("sortOptions") else { return }
        try options.allow(["order", "legacySortOptions"])
        switch try options.string("order") ?? "" {
        case "fifo": order = .fifo
        case "legacy":
            var first: [String] = []
            var last: [String] = []
            if let legacy = try options.reader("legacySortOptions") {
                try legacy.allow(["orderFirst", "orderLast"])
                first = try legacy.strings("orderFirst").map(\.content)
                last = try legacy.strings("orderLast").map(\.content)
            }
            order = .legacy(first: first, last: last)
        case "": order = nil
        case let other: try context.report(options.error("order", "order must be fifo or legacy, not \"\(other)\""))
        }
    }
}
