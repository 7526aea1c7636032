internal import Manifests

/// `metadata.managedFields`: who owns which fields.
struct ManagedFields {
    struct Manager: Hashable {
        enum Operation: String { case apply = "Apply", update = "Update" }

        var name: String
        var operation: Operation
        var apiVersion: String
        var subresource = ""

        /// As conflicts name it: one who applies is the same in all versions.
        var description: String {
            let through = subresource.isEmpty ? "" : " with subresource \"\(subresource)\""
            return "\"\(name)\"\(through)" + (operation == .update ? " using \(apiVersion)" : "")
        }
    }

    struct Entry {
        var manager: Manager
        var fields: FieldTree
        var time: String
    }

    private(set) var entries: [Entry]

    init(_ object: Value?) {
        entries = (object?["metadata"]?["managedFields"]?.array ?? []).compactMap { entry in
            guard let operation = entry["operation"]?.string.flatMap(Manager.Operation.init), let fields = entry["fieldsV1"] else {
                return nil
            }
            return Entry(
                manager: Manager(
                    name: entry["manager"]?.string ?? "", operation: operation, apiVersion: entry["apiVersion"]?.string ?? "",
                    subresource: entry["subresource"]?.string ?? ""),
                fields: FieldTree(fields), time: entry["time"]?.string ?? "")
        }
    }

    func fields(of manager: Manager) -> FieldTree {
        entries.first { $0.manager == manager }?.fields ?? FieldTree()
    }

    /// All fields that others than this manager own.
    func fields(ofOthersThan manager: Manager) -> FieldTree {
        entries.reduce(into: FieldTree()) { all, entry in
            if entry.manager != manager { all = all.union(entry.fields) }
        }
    }

    /// The time stays when the fields do.
    mutating func set(_ fields: FieldTree, of manager: Manager, at time: String) {
        if let index = entries.firstIndex(where: { $0.manager == manager }) {
            if fields.isEmpty {
                entries.remove(at: index)
            } else if entries[index].fields != fields {
                entries[index].fields = fields
                entries[index].time = time
            }
        } else if !fields.isEmpty {
            entries.append(Entry(manager: manager, fields: fields, time: time))
        }
    }

    /// Changes the fields of all other managers; who has none left goes.
    mutating func changeOthers(than manager: Manager, _ change: (FieldTree) -> FieldTree) {
        for index in entries.indices where entries[index].manager != manager { entries[index].fields = change(entries[index].fields) }
        entries.removeAll { $0.fields.isEmpty }
    }

    var value: Value? {
        if entries.isEmpty { return nil }
        let ordered = entries.sorted { left, right in
            (left.manager.operation.rawValue, left.time, left.manager.name) < (
                right.manager.operation.rawValue, right.time, right.manager.name
            )
        }
        return .array(
            ordered.map { entry in
                var object: Object = [
                    "manager": .string(entry.manager.name), "operation": .string(entry.manager.operation.rawValue),
                    "apiVersion": .string(entry.manager.apiVersion), "time": .string(entry.time), "fieldsType": "FieldsV1",
                    "fieldsV1": entry.fields.value,
                ]
                if !entry.manager.subresource.isEmpty { object["subresource"] = .string(entry.manager.subresource) }
                return .object(object)
            })
    }

    /// Fields that nobody owns: the system writes them, or they are the object's name.
    static func withoutSystemFields(_ object: Value) -> Value {
        var object = object
        object["apiVersion"] = nil
        object["kind"] = nil
        for field in [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
            "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
        ] {
            object["metadata", field] = nil
        }
        return object
    }
}
