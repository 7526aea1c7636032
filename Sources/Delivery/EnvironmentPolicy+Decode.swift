package import Manifests

/// All that is wrong with a policy document, each error with its path: whoever has the file adds line and column.
package typealias PolicyErrors = StrictReaderErrors

extension EnvironmentPolicy {
    package static let apiVersion = "slipway.dev/v1"
    package static let kind = "Environment"

    /// Reads `environments/<folder>/environment.yaml`. Everything that is wrong is found in one run.
    ///
    /// - Parameter folder: the name of the folder, which the document must repeat.
    package static func decode(_ value: Value, folder: String) throws(PolicyErrors) -> EnvironmentPolicy {
        let reader = StrictReader(value)
        reader.expect(apiVersion: apiVersion, kind: kind)
        readName(reader, folder: folder)
        var policy = EnvironmentPolicy(name: folder, target: Target(namespace: ""))
        if let spec = reader.require("spec", reader.reader("spec")) {
            if let target = spec.require("target", spec.object("target", Target.init(reader:))) { policy.target = target }
            policy.helm = spec.object("helm", Helm.init(reader:))
            policy.variables = spec.object("variables", Variables.init(reader:))
            spec.object("promotion") { policy.promotion = Promotion(reader: $0, environment: folder) }
            spec.object("rollout") { policy.rollout = Rollout(reader: $0) }
            spec.object("verification") { policy.verification = Verification(reader: $0) }
            spec.object("rollback") { policy.rollback = Rollback(reader: $0) }
            spec.object("reconcile") { policy.reconcile = Reconcile(reader: $0) }
        }
        try reader.finish()
        return policy
    }

    private static func readName(_ reader: StrictReader, folder: String) {
        guard let metadata = reader.require("metadata", reader.reader("metadata")), let name = metadata.requiredString("name") else {
            return
        }
        if name != folder {
            metadata.reject("name", "must be \"\(folder)\", the name of its folder, not \"\(name)\"")
        } else if !PolicyLimits.isLabel(name) {
            metadata.reject("name", "must be \(PolicyLimits.labelText)")
        }
    }
}

extension StrictReader {
    /// A string that is a DNS label.
    func label(_ key: String) -> String? {
        guard let text = nonEmptyString(key) else { return nil }
        if PolicyLimits.isLabel(text) { return text }
        reject(key, "must be \(PolicyLimits.labelText), not \"\(text.prefix(80))\"")
        return nil
    }
}

extension EnvironmentPolicy.Target {
    fileprivate init?(reader: StrictReader) {
        let namespace = reader.require("namespace", reader.label("namespace"))
        self.init(namespace: namespace ?? "")
        cluster = reader.label("cluster") ?? cluster
        createNamespace = reader.bool("createNamespace", default: createNamespace)
    }
}

extension EnvironmentPolicy.Rollout {
    fileprivate init(reader: StrictReader) {
        self.init()
        deadline = reader.duration("deadline", in: PolicyLimits.deadline, default: deadline)
        conflicts = reader.conflicts("conflicts") ?? conflicts
        reader.object("prune") { prune in
            pruneMaxObjects = prune.integer("maxObjects", in: PolicyLimits.pruneObjects, default: pruneMaxObjects)
            pruneMaxPercent = prune.integer("maxPercent", in: PolicyLimits.percent, default: pruneMaxPercent)
            prunePropagation = prune.choice("propagation", default: prunePropagation)
            pruneTimeout = prune.duration("timeout", in: PolicyLimits.pruneTimeout, default: pruneTimeout)
        }
        adopt = reader.bool("adopt", default: adopt)
        maxRestarts = reader.integer("maxRestarts", in: PolicyLimits.restarts, default: maxRestarts)
        strategy = reader.object("strategy", RolloutStrategy.init(reader:))
    }
}

extension EnvironmentPolicy.Rollback {
    fileprivate init(reader: StrictReader) {
        self.init()
        automatic = reader.bool("automatic", default: automatic)
        watch = reader.duration("watch", in: PolicyLimits.watch, default: watch)
    }
}

extension EnvironmentPolicy.IgnoredFields {
    fileprivate init?(reader: StrictReader) {
        let kind = reader.require("kind", reader.nonEmptyString("kind"))
        group = reader.string("group")
        name = reader.nonEmptyString("name")
        let texts = reader.strings("fields")
        if texts.count > PolicyLimits.ignoredFields {
            reader.reject("fields", "names \(texts.count) fields; at most \(PolicyLimits.ignoredFields) are allowed")
        } else if texts.isEmpty {
            reader.reject("fields", "must name at least one field, such as /spec/replicas")
        }
        var fields: [JSONPointer] = []
        for text in texts {
            do throws(ManifestError) {
                let pointer = try JSONPointer(text)
                let isFixed = ["/", "/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace", "/metadata/labels"]
                    .contains(pointer.description)
                if pointer.steps.isEmpty || isFixed {
                    reader.reject("fields", "must not name \"\(text)\", by which the object is known")
                } else {
                    fields.append(pointer)
                }
            } catch {
                reader.reject("fields", error.message)
            }
        }
        guard let kind else { return nil }
        self.kind = kind
        self.fields = fields
    }
}

extension EnvironmentPolicy.Reconcile {
    fileprivate init(reader: StrictReader) {
        self.init()
        drift = reader.choice("drift", default: drift)
        ignore = reader.objects("ignore", EnvironmentPolicy.IgnoredFields.init(reader:))
        if ignore.count > PolicyLimits.ignoredKinds {
            reader.reject("ignore", "has \(ignore.count) entries; at most \(PolicyLimits.ignoredKinds) are allowed")
        }
        healEvery = reader.duration("healEvery", in: PolicyLimits.healEvery, default: healEvery)
    }
}

extension StrictReader {
    /// `fail`, `force`, or a mapping `{takeOver: [manager, ...]}`.
    fileprivate func conflicts(_ key: String) -> EnvironmentPolicy.ConflictPolicy? {
        guard let value = raw(key) else { return nil }
        if value.object != nil {
            return object(key) { reader in
                let managers = reader.strings("takeOver")
                if managers.isEmpty {
                    if reader.errors.isEmpty { reader.reject("takeOver", "must name at least one field manager", code: .missingKey) }
                } else if managers.count > PolicyLimits.fieldManagers {
                    reader.reject("takeOver", "names \(managers.count) field managers; at most \(PolicyLimits.fieldManagers) are allowed")
                } else if managers.contains(where: { $0.isEmpty || $0.utf8.count > 128 }) {
                    reader.reject("takeOver", "must hold names of field managers, of 1 to 128 bytes each")
                }
                return .takeOver(managers: managers)
            }
        }
        switch value.string {
        case "fail": return .fail
        case "force": return .force
        default:
            var message = "must be fail, force, or a mapping such as {takeOver: [kubectl-client-side-apply]}"
            if let near = NearestName.suggestion(for: value.string ?? "", among: ["fail", "force"]) {
                message += "; did you mean \"\(near)\"?"
            }
            reject(key, message)
            return nil
        }
    }
}
