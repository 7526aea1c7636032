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

extension StrictReader {
    /// A file or folder below the root of the repository.
    func filePath(_ key: String) -> String? {
        guard let path = string(key) else { return nil }
        if PolicyLimits.isRelativePath(path) { return path }
        reject(
            key, "\"\(path.prefix(80))\" must be a path from the root of the repository, without \"..\" and without a leading \"/\"")
        return nil
    }
}
