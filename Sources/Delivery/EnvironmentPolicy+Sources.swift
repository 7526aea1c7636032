internal import Manifests

/// Reads where the objects of an Environment come from, beside its folder.
extension EnvironmentPolicy.Variables {
    init(reader: StrictReader) {
        self.init()
        for member in reader.members("values") {
            let name = member.key
            guard PolicyLimits.isVariableName(name) else {
                reader.fail(
                    .invalidValue, "\"\(name.prefix(80))\" is no name of a variable: letters, digits and _, and no digit in front",
                    at: member.path)
                continue
            }
            switch member.value {
            case .string, .integer, .bool: values[name] = member.value
            case .double(let number) where number.isFinite: values[name] = member.value
            case .double, .null, .array, .object:
                reader.fail(.wrongType, "must be a text, a number or a boolean, not \(member.value.typeName)", at: member.path)
            }
        }
        if values.count > PolicyLimits.variables {
            reader.reject("values", "has \(values.count) variables; at most \(PolicyLimits.variables) are allowed")
        }
        from = reader.objects("from") { source in
            let optional = source.bool("optional", default: false)
            let name = source.nonEmptyString("name")
            guard let path = source.require("path", source.filePath("path")) else { return nil }
            var result = Source(path: path)
            result.name = name
            result.optional = optional
            return result
        }
        if from.count > PolicyLimits.variableSources {
            reader.reject("from", "names \(from.count) sources; at most \(PolicyLimits.variableSources) are allowed")
        }
    }
}

extension EnvironmentPolicy.Helm {
    init?(reader: StrictReader) {
        let chart = reader.require("chart", reader.filePath("chart"))
        let releaseName = reader.require("releaseName", reader.label("releaseName"))
        self.init(chart: chart ?? "", releaseName: releaseName ?? "")
        if let releaseName, releaseName.utf8.count > PolicyLimits.releaseNameBytes {
            reader.reject("releaseName", "must have at most \(PolicyLimits.releaseNameBytes) characters, as Helm has it")
        }
        values = reader.filePaths("values", atMost: PolicyLimits.chartValues)
        includeCRDs = reader.bool("includeCRDs", default: includeCRDs)
        kubeVersion = reader.read("kubeVersion", expected: "a version in quotes, such as \"1.30\" or \"1.30.2\"") { value in
            value.string.flatMap { PolicyLimits.isKubeVersion($0) ? $0 : nil }
        }
        apiVersions = reader.strings("apiVersions")
        if apiVersions.count > PolicyLimits.apiVersions {
            reader.reject("apiVersions", "has \(apiVersions.count) entries; at most \(PolicyLimits.apiVersions) are allowed")
        }
        for text in apiVersions where !PolicyLimits.isAPIVersion(text) {
            reader.reject("apiVersions", "\"\(text.prefix(80))\" must be like monitoring.coreos.com/v1 or example.com/v1/Widget")
        }
        hooks = reader.choice("hooks", default: hooks)
        if chart == nil || releaseName == nil { return nil }
    }
}

extension StrictReader {
    /// A file or folder below the root of the repository.
    func filePath(_ key: String) -> String? {
        guard let path = string(key) else { return nil }
        if PolicyLimits.isRelativePath(path) { return path }
        reject(
            key, "\"\(path.prefix(80))\" must be a path from the root of the repository, without \"..\" and without a leading \"/\"")
        return nil
    }

    /// Files below the root of the repository, each once.
    func filePaths(_ key: String, atMost limit: Int) -> [String] {
        let paths = strings(key)
        if paths.count > limit { reject(key, "names \(paths.count) files; at most \(limit) are allowed") }
        var seen: Set<String> = []
        for path in paths {
            if !PolicyLimits.isRelativePath(path) {
                reject(
                    key, "\"\(path.prefix(80))\" must be a path from the root of the repository, without \"..\" and without a leading \"/\""
                )
            } else if !seen.insert(path).inserted {
                reject(key, "names \"\(path)\" twice")
            }
        }
        return paths
    }
}
