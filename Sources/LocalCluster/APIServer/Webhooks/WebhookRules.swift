internal import Manifests

/// What the configurations of webhooks have to be, and what is filled in.
enum WebhookRules {
    static func fill(_ object: inout Value) {
        object.editItems(["webhooks"]) { webhook in
            webhook.fillIn(["failurePolicy"], "Fail")
            webhook.fillIn(["matchPolicy"], "Equivalent")
            webhook.fillIn(["namespaceSelector"], [:])
            webhook.fillIn(["objectSelector"], [:])
            webhook.fillIn(["timeoutSeconds"], 10)
            if webhook["clientConfig"]?["service"] != nil { webhook.fillIn(["clientConfig", "service", "port"], 443) }
            webhook.editItems(["rules"]) { $0.fillIn(["scope"], "*") }
        }
    }

    static func check(_ object: Value, _ errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, webhook) in (object["webhooks"]?.array ?? []).enumerated() {
            let path = "webhooks[\(index)]"
            let name = webhook["name"]?.string ?? ""
            if NameRules.dnsSubdomain(name) != nil || name.split(separator: ".").count < 3 {
                errors.invalid("\(path).name", .string(name), "should be a domain with at least three segments separated by dots")
            }
            if !names.insert(name).inserted { errors.duplicate("\(path).name", .string(name)) }
            checkPolicies(webhook, path, &errors)
            checkClient(webhook["clientConfig"] ?? [:], "\(path).clientConfig", &errors)
            for (position, rule) in (webhook["rules"]?.array ?? []).enumerated() {
                let place = "\(path).rules[\(position)]"
                for field in ["operations", "apiGroups", "apiVersions", "resources"] where (rule[field]?.array ?? []).isEmpty {
                    errors.required("\(place).\(field)")
                }
                for (number, operation) in (rule["operations"]?.array ?? []).enumerated()
                where !operations.contains(operation.string ?? "") {
                    errors.notSupported("\(place).operations[\(number)]", operation, operations)
                }
            }
        }
    }

    private static let operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]

    private static func checkPolicies(_ webhook: Value, _ path: String, _ errors: inout FieldErrors) {
        let versions = webhook["admissionReviewVersions"]?.array ?? []
        if versions.isEmpty {
            errors.required("\(path).admissionReviewVersions", "must specify one of v1, v1beta1")
        } else if !versions.contains("v1") {
            errors.invalid("\(path).admissionReviewVersions", .array(versions), "must include at least one of v1")
        }
        if let effects = webhook["sideEffects"] {
            if effects != "None", effects != "NoneOnDryRun" {
                errors.notSupported("\(path).sideEffects", effects, ["None", "NoneOnDryRun"])
            }
        } else {
            errors.required("\(path).sideEffects", "must specify one of None, NoneOnDryRun")
        }
        if let seconds = webhook["timeoutSeconds"]?.integer, !(1...30).contains(seconds) {
            errors.invalid("\(path).timeoutSeconds", .integer(seconds), "the timeout value must be between 1 and 30 seconds")
        }
        if webhook["matchConditions"]?.array?.isEmpty == false {
            errors.forbidden("\(path).matchConditions", "this local cluster does not evaluate CEL expressions")
        }
        for (field, allowed) in [("failurePolicy", ["Fail", "Ignore"]), ("matchPolicy", ["Equivalent", "Exact"])] {
            if let value = webhook[field], !allowed.contains(value.string ?? "") { errors.notSupported("\(path).\(field)", value, allowed) }
        }
    }

    private static func checkClient(_ client: Value, _ path: String, _ errors: inout FieldErrors) {
        switch (client["url"]?.string, client["service"]) {
        case (let url?, nil):
            if !url.hasPrefix("https://") {
                errors.invalid(
                    "\(path).url", .string(url), "'https' is the only allowed URL scheme; desired format: https://host[/path]")
            } else if url.contains("?") || url.contains("#") || url.contains("@") {
                errors.invalid("\(path).url", .string(url), "user information, queries and fragments are not permitted in the URL")
            }
        case (nil, let service?):
            for field in ["name", "namespace"] where (service[field]?.string ?? "").isEmpty { errors.required("\(path).service.\(field)") }
        default:
            errors.required(path, "exactly one of url or service is required")
        }
    }
}
