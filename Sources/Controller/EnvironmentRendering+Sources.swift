internal import Delivery
internal import Helm
internal import Kustomize
internal import Manifests
internal import YAML

extension RepositoryRenderer {
    /// The objects of the Environment's chart; `nil` when it has none.
    ///
    /// - Parameter file: the policy's, for the place of an error.
    func chart(of policy: EnvironmentPolicy, file: String) throws(ControllerError) -> RenderedChart? {
        guard let helm = policy.helm else { return nil }
        do throws(HelmError) {
            return try ChartRenderer(files: files, program: self.helm, yaml: .libyaml).render(ChartRequest(helm, policy.target.namespace))
        } catch {
            let path = [.key("spec"), .key("helm")] + error.path
            let (_, bytes) = try document(at: file)
            let position = YAML.position(of: path, document: 0, in: bytes, file: file)
            throw ControllerError(findings: [
                Finding(.error, .chart, at: position ?? SourcePosition(file: file, line: 0, column: 0), "\(error)")
            ])
        }
    }
}

extension ChartRequest {
    fileprivate init(_ helm: EnvironmentPolicy.Helm, _ namespace: String) {
        self.init(chart: helm.chart, releaseName: helm.releaseName, namespace: namespace)
        values = helm.values
        includesCRDs = helm.includeCRDs
        kubeVersion = helm.kubeVersion
        apiVersions = helm.apiVersions
        hooks =
            switch helm.hooks {
            case .refuse: .refuse
            case .apply: .apply
            case .skip: .skip
            }
    }
}

extension EnvironmentVariables {
    /// What the policy in `file` says of variables.
    init(_ policy: EnvironmentPolicy.Variables, file: String) {
        self.init(
            values: policy.values,
            sources: policy.from.map { Source(path: $0.path, name: $0.name, isOptional: $0.optional) },
            file: file, path: [.key("spec"), .key("variables")])
    }
}
