internal import Manifests

/// What the kinds forbid, beyond what their schema says.
enum ObjectRules {
    /// Bytes of a ConfigMap's or Secret's values together.
    private static let dataBytes = 1024 * 1024

    static func check(_ object: Value, _ type: ResourceType, _ errors: inout FieldErrors) {
        switch type {
        case .pods:
            PodRules.check(object["spec"] ?? [:], "spec", &errors)
        case .deployments:
            checkWorkload(object, &errors)
            checkRollingUpdate(object, &errors)
        case .replicaSets, .statefulSets, .daemonSets:
            checkWorkload(object, &errors)
        case .jobs:
            checkJobTemplate(object["spec"]?["template"], "spec.template", &errors)
            checkNotNegative(object, ["spec", "backoffLimit"], &errors)
            checkNotNegative(object, ["spec", "parallelism"], &errors)
        case .cronJobs:
            checkSchedule(object, &errors)
            checkJobTemplate(object.at(["spec", "jobTemplate", "spec", "template"]), "spec.jobTemplate.spec.template", &errors)
        case .services:
            ServiceRules.check(object, &errors)
        case .configMaps:
            checkData(object, ["data", "binaryData"], &errors)
        case .secrets:
            checkData(object, ["data"], &errors)
            checkSecretType(object, &errors)
        case .horizontalPodAutoscalers:
            checkAutoscaler(object, &errors)
        case .podDisruptionBudgets:
            if object["spec"]?["minAvailable"] != nil, object["spec"]?["maxUnavailable"] != nil {
                errors.invalid("spec", object["spec"] ?? [:], "minAvailable and maxUnavailable cannot be both set")
            }
        case .roles, .clusterRoles, .roleBindings, .clusterRoleBindings:
            RoleRules.check(object, type, &errors)
        case .validatingWebhookConfigurations, .mutatingWebhookConfigurations:
            WebhookRules.check(object, &errors)
        case .customResourceDefinitions:
            DefinitionRules.check(object, &errors)
        default:
            break
        }
    }

    private static func checkWorkload(_ object: Value, _ errors: inout FieldErrors) {
        checkNotNegative(object, ["spec", "replicas"], &errors)
        checkNotNegative(object, ["spec", "minReadySeconds"], &errors)
        checkNotNegative(object, ["spec", "revisionHistoryLimit"], &errors)
        let template = object["spec"]?["template"]
        let selector = object["spec"]?["selector"]
        checkSelector(selector, "spec.selector", &errors)
        if let template {
            let labels = template["metadata"]?["labels"] ?? [:]
            let named: Value = ["metadata": ["labels": labels]]
            if let selector = LabelSelector(selector), !selector.matches(named.labels) {
                errors.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
            }
            MetadataRules.checkLabels(template["metadata"]?["labels"], "spec.template.metadata.labels", &errors)
            PodRules.check(template["spec"] ?? [:], "spec.template.spec", &errors)
            if let policy = template["spec"]?["restartPolicy"], policy != "Always" {
                errors.notSupported("spec.template.spec.restartPolicy", policy, ["Always"])
            }
        }
    }

    static func checkSelector(_ selector: Value?, _ path: String, _ errors: inout FieldErrors) {
        let labels = selector?["matchLabels"]?.object
        let expressions = selector?["matchExpressions"]?.array ?? []
        if labels?.isEmpty ?? true, expressions.isEmpty {
            errors.invalid(path, selector ?? [:], "empty selector is invalid for this kind")
        }
        MetadataRules.checkLabels(selector?["matchLabels"], "\(path).matchLabels", &errors)
        for (index, expression) in expressions.enumerated() {
            let here = "\(path).matchExpressions[\(index)]"
            let values = expression["values"]?.array ?? []
            switch expression["operator"]?.string {
            case "In", "NotIn":
                if values.isEmpty { errors.required("\(here).values", "must be specified when `operator` is 'In' or 'NotIn'") }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    errors.forbidden("\(here).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                }
            default:
                errors.invalid("\(here).operator", expression["operator"] ?? "", "not a valid selector operator")
            }
        }
    }

    private static func checkRollingUpdate(_ object: Value, _ errors: inout FieldErrors) {
        let strategy = object["spec"]?["strategy"]
        let path = "spec.strategy.rollingUpdate"
        if strategy?["type"] == "Recreate", strategy?["rollingUpdate"] != nil {
            errors.forbidden(path, "may not be specified when strategy `type` is 'Recreate'")
        }
        guard let rolling = strategy?["rollingUpdate"] else { return }
        for field in ["maxUnavailable", "maxSurge"] { checkCountOrPercent(rolling[field], "\(path).\(field)", &errors) }
        let zero: Set<Value> = [0, "0%", "0"]
        if let unavailable = rolling["maxUnavailable"], let surge = rolling["maxSurge"], zero.contains(unavailable), zero.contains(surge) {
            errors.invalid("\(path).maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        }
    }

    private static func checkCountOrPercent(_ value: Value?, _ path: String, _ errors: inout FieldErrors) {
        guard let value else { return }
        if let number = value.integer {
            if number < 0 { errors.invalid(path, value, "must be greater than or equal to 0") }
        } else if IntOrPercent(value) == nil {
            errors.invalid(path, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%' or '93%')")
        }
    }

    static func checkNotNegative(_ object: Value, _ path: [String], _ errors: inout FieldErrors) {
        guard let value = object.at(path), let number = value.integer, number < 0 else { return }
        errors.invalid(path.joined(separator: "."), value, "must be greater than or equal to 0")
    }

    private static func checkJobTemplate(_ template: Value?, _ path: String, _ errors: inout FieldErrors) {
        guard let template else { return }
        PodRules.check(template["spec"] ?? [:], "\(path).spec", &errors)
        if let policy = template["spec"]?["restartPolicy"], policy == "Always" {
            errors.notSupported("\(path).spec.restartPolicy", policy, ["OnFailure", "Never"])
        }
    }

    private static func checkSchedule(_ object: Value, _ errors: inout FieldErrors) {
        guard let schedule = object["spec"]?["schedule"]?.string else { return }
        do throws(CronSchedule.Problem) {
            _ = try CronSchedule(schedule)
        } catch {
            errors.invalid("spec.schedule", .string(schedule), error.message)
        }
    }

    private static func checkData(_ object: Value, _ fields: [String], _ errors: inout FieldErrors) {
        var bytes = 0
        for field in fields {
            for (key, value) in object[field]?.object ?? Object() {
                if let complaint = NameRules.dataKey(key) { errors.invalid("\(field)[\(key)]", .string(key), complaint) }
                if field == "binaryData", object["data"]?[key] != nil {
                    errors.invalid("data[\(key)]", .string(key), "duplicate of key present in binaryData")
                }
                bytes += value.string?.utf8.count ?? 0
            }
        }
        if bytes > dataBytes * (fields == ["data"] ? 4 / 3 : 1) + 4 { errors.tooLong("data", "may not be more than \(dataBytes) bytes") }
    }

    private static func checkSecretType(_ object: Value, _ errors: inout FieldErrors) {
        let needed: [String]
        switch object["type"]?.string {
        case "kubernetes.io/tls": needed = ["tls.crt", "tls.key"]
        case "kubernetes.io/dockerconfigjson": needed = [".dockerconfigjson"]
        case "kubernetes.io/ssh-auth": needed = ["ssh-privatekey"]
        default: needed = []
        }
        if object["type"]?.string == TokenSecretController.secretType,
            (object["metadata"]?["annotations"]?[TokenSecretController.accountAnnotation]?.string ?? "").isEmpty
        {
            errors.required("metadata.annotations[\(TokenSecretController.accountAnnotation)]")
        }
        for key in needed where object["data"]?[key] == nil { errors.required("data[\(key)]") }
    }

    private static func checkAutoscaler(_ object: Value, _ errors: inout FieldErrors) {
        let maximum = object["spec"]?["maxReplicas"]?.integer ?? 0
        let minimum = object["spec"]?["minReplicas"]?.integer ?? 1
        if maximum < 1 { errors.invalid("spec.maxReplicas", .integer(maximum), "must be greater than 0") }
        if minimum < 1 { errors.invalid("spec.minReplicas", .integer(minimum), "must be greater than or equal to 1") }
        if maximum < minimum, maximum >= 1 {
            errors.invalid("spec.maxReplicas", .integer(maximum), "must be greater than or equal to `minReplicas`")
        }
    }
}
