/// The merge rules of Kubernetes' built-in kinds. One table (`KubernetesSchema+Table.swift`) answers strategic merge and server-side apply.
package struct KubernetesSchema: MergeSchema {
    private let type: String

    private init(type: String) { self.type = type }

    /// The schema of a built-in kind, whatever its version; `nil` for a custom resource and for a kind that is not known here.
    package static func builtIn(apiVersion: String, kind: String) -> KubernetesSchema? {
        let group = apiVersion.firstIndex(of: "/").map { String(apiVersion[..<$0]) } ?? ""
        return table.kinds[kind + "." + group].map(KubernetesSchema.init(type:))
    }

    /// The schema of a built-in kind, or one that knows the metadata only, for any other object.
    package static func any(apiVersion: String, kind: String) -> KubernetesSchema {
        builtIn(apiVersion: apiVersion, kind: kind) ?? KubernetesSchema(type: "CustomResource")
    }

    /// The same for an object with its own apiVersion and kind.
    package static func any(of object: Value) -> KubernetesSchema { any(apiVersion: object.apiVersion ?? "", kind: object.kind ?? "") }

    package func rules(for field: String) -> FieldRules? { Self.table.types[type]?[field] }

    // MARK: Reading the table

    private struct Table {
        var types: [String: [String: FieldRules]] = [:]
        /// `Deployment.apps` to the name of its type.
        var kinds: [String: String] = [:]
        var problems: [String] = []
    }

    private static let table = readTable()

    /// Lines of the table that do not read; a test keeps this empty.
    package static var problems: [String] {
        let unknown = table.types.flatMap { type, fields in
            fields.compactMap { field, rules -> String? in
                guard let child = (rules.schema as? KubernetesSchema)?.type, table.types[child] == nil else { return nil }
                return "\(type).\(field): there is no type \(child)"
            }
        }
        return table.problems + unknown.sorted()
    }

    private static func readTable() -> Table {
        var table = Table()
        var type = ""
        var fields: [String: FieldRules] = [:]
        var atomicTypes: Set<String> = []
        func close() { if !type.isEmpty { table.types[type, default: [:]].merge(fields) { $1 } } }
        for line in tableText.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
            guard let first = words.first else { continue }
            if line.first == UInt8(ascii: " ") {
                let (rules, problem) = readRules(words.dropFirst())
                fields[first] = rules
                if let problem { table.problems.append("\(type).\(first): \(problem)") }
                continue
            }
            close()
            (type, fields) = (first, [:])
            for word in words.dropFirst() {
                if word == "atomic" {
                    atomicTypes.insert(type)
                } else {
                    table.kinds[word.hasSuffix(".core") ? String(word.dropLast(4)) : word] = type
                }
            }
        }
        close()
        for (type, fields) in table.types {
            for (field, rules) in fields where atomicTypes.contains((rules.schema as? KubernetesSchema)?.type ?? "") {
                table.types[type]?[field]?.isAtomicMap = true
            }
        }
        return table
    }

    private static func readRules(_ words: ArraySlice<String>) -> (FieldRules, problem: String?) {
        var rules = FieldRules()
        var problem: String?
        for word in words {
            if word.hasPrefix("map(") && word.hasSuffix(")") {
                let keys = word.dropFirst(4).dropLast().split(separator: ",").map(readKey)
                rules.listType = .map(keys)
                rules.patchStrategy = .merge
                rules.patchMergeKey = keys.first?.name
            } else if word.hasPrefix("merge=") {
                rules.patchStrategy = .merge
                rules.patchMergeKey = String(word.dropFirst(6))
            } else if word.first?.isUppercase == true {
                rules.schema = KubernetesSchema(type: word)
            } else {
                switch word {
                case "set": (rules.listType, rules.patchStrategy) = (.set, .merge)
                case "atomic": rules.listType = .atomic
                case "atomicMap": rules.isAtomicMap = true
                case "retainKeys": rules.retainsKeys = true
                case "nopatch": (rules.patchStrategy, rules.patchMergeKey) = (.none, nil)
                case "replace": rules.patchStrategy = .replace
                default: problem = "unknown word \(word)"
                }
            }
        }
        return (rules, problem)
    }

    private static func readKey(_ text: Substring) -> FieldRules.ListKey {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        return FieldRules.ListKey(name: parts[0], defaultValue: parts.count > 1 ? .string(parts[1]) : nil)
    }
}
