internal import Delivery
internal import Manifests

/// `repository.commits` and `pinnedPolicy`: what whoever can merge cannot take away.
extension ControllerConfiguration {
    static func commitRules(_ reader: StrictReader, _ absolute: (String?) -> String?) -> CommitRules {
        var rules = CommitRules()
        let require: CommitRules.Required? = reader.choice("require")
        let signers = absolute(reader.nonEmptyString("allowedSignersFile"))
        let keyring = absolute(reader.nonEmptyString("keyringFile"))
        let allowsRewind = reader.bool("allowRewind", default: false)
        let most = reader.integer("maxCommits", in: Limits.verifiedCommitsRange, default: Limits.verifiedCommits)
        if let require {
            if signers == nil, keyring == nil {
                reader.reject("require", "needs allowedSignersFile (SSH) or keyringFile (OpenPGP) beside it: somebody's key has to count")
            }
            var signatures = CommitRules.Signatures(require: require)
            signatures.allowedSignersFile = signers
            signatures.keyringFile = keyring
            signatures.allowsRewind = allowsRewind
            signatures.maxCommits = most
            rules.signatures = signatures
        } else {
            for key in ["allowedSignersFile", "keyringFile", "allowRewind", "maxCommits"] where reader.has(key) {
                reader.reject(key, "has no effect without require: head or require: all, so no signature would be asked for")
            }
        }
        rules.protectedPaths = reader.objects("protectedPaths", protectedPaths)
        if rules.protectedPaths.count > Limits.protectedRules {
            reader.reject("protectedPaths", "has \(rules.protectedPaths.count) rules; at most \(Limits.protectedRules) are allowed")
        }
        return rules
    }

    private static func protectedPaths(_ reader: StrictReader) -> CommitRules.ProtectedPaths? {
        let texts = reader.strings("paths")
        if texts.isEmpty { reader.reject("paths", "must name at least one, such as \"environments/production/**\"") }
        if texts.count > Limits.protectedPaths {
            reader.reject("paths", "has \(texts.count) paths; at most \(Limits.protectedPaths) are allowed")
        }
        let paths = texts.compactMap { text -> PathPattern? in
            let pattern = PathPattern(text)
            if pattern == nil {
                reader.reject(
                    "paths", "\"\(text.prefix(80))\" is no path of a repository; write it from the root without a \"/\" before it")
            }
            return pattern
        }
        let role = reader.requiredString("role")
        let required = reader.integer("required", in: 1...100, default: 1)
        let environments = reader.strings("environments")
        let allowsSelfApproval = reader.bool("selfApproval", default: false)
        guard let role, paths.count == texts.count else { return nil }
        var rule = CommitRules.ProtectedPaths(paths: paths, role: role, required: required, environments: environments)
        rule.allowsSelfApproval = allowsSelfApproval
        return rule
    }

    static func pinnedApprovals(_ reader: StrictReader) -> [String: EnvironmentPolicy.Approvals] {
        guard let environments = reader.reader("pinnedPolicy")?.reader("environments") else { return [:] }
        var pinned: [String: EnvironmentPolicy.Approvals] = [:]
        for name in environments.keys {
            pinned[name] = environments.object(name) { environment in
                if !environment.has("approvals") { environment.reject("approvals", "is missing; it is all that can be pinned") }
                return environment.object("approvals", EnvironmentPolicy.Approvals.init(reader:))
            }
        }
        if pinned.count > Limits.environments {
            reader.reject("pinnedPolicy", "has \(pinned.count) environments; at most \(Limits.environments) are allowed")
        }
        return pinned
    }
}
