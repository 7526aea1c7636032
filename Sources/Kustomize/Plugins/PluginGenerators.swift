import Manifests

/// Runs the generators that have configurations in files of their own.
struct PluginGenerators {
    let plugins: PluginReader

    func generate(_ configuration: PluginReader.Configuration) throws(RenderError) -> Resource {
        switch configuration.kind {
        case "ConfigMapGenerator": return try data(configuration, .configMap)
        case "SecretGenerator": return try data(configuration, .secret)
        case "IAMPolicyGenerator": return try serviceAccount(configuration)
        default: throw plugins.unknown(configuration)
        }
    }

    private func data(
        _ configuration: PluginReader.Configuration, _ kind: GeneratorRule.Kind
    ) throws(RenderError) -> Resource {
        let reader = try FieldReader(configuration.value, configuration.kind, at: configuration.path, in: configuration.context)
        var rule = try GeneratorRule(reading: reader, kind: kind, extraKeys: ["apiVersion", "kind", "metadata"])
        if rule.name.isEmpty { rule.name = configuration.value.name ?? "" }
        if rule.namespace.isEmpty { rule.namespace = configuration.value.namespace ?? "" }
        return try Generator(rule: rule, directory: plugins.directory).generate(plugins.reader)
    }

    /// The Kubernetes ServiceAccount that stands for one of Google Cloud.
    private func serviceAccount(_ configuration: PluginReader.Configuration) throws(RenderError) -> Resource {
        let reader = try configuration.reader(["cloud", "kubernetesService", "serviceAccount"])
        guard try reader.string("cloud") == "gke" else {
            throw reader.error("cloud", "cloud must be gke")
        }
        guard let service = try reader.reader("kubernetesService"), let account = try reader.reader("serviceAccount"),
            let name = try service.string("name"), let accountName = try account.string("name"),
            let project = try account.string("projectId")
        else {
            throw configuration.error(
                .invalidGenerator, "kubernetesService.name, serviceAccount.name and serviceAccount.projectId are needed")
        }
        var metadata: Object = [
            "name": .string(name),
            "annotations": ["iam.gke.io/gcp-service-account": .string("\(accountName)@\(project).iam.gserviceaccount.com")],
        ]
        if let namespace = try service.string("namespace") { metadata["namespace"] = .string(namespace) }
        return Resource(
            value: ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": .object(metadata)],
            source: Resource.Source(file: configuration.context.file, document: configuration.context.document, path: configuration.path))
    }
}
