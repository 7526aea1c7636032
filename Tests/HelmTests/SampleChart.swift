import Helm
import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

/// A chart with all that counts: values, a subchart, definitions, a test.
enum SampleChart {
    static let texts: [String: String] = [
        "charts/web/Chart.yaml":
            "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 0.1.0, repository: \"\"}]\n",
        "charts/web/values.yaml": "replicas: 1\n",
        "charts/web/templates/deployment.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Release.Name }}-web
          namespace: {{ .Release.Namespace }}
          labels: {kube: "{{ .Capabilities.KubeVersion.Version }}", has: "{{ .Capabilities.APIVersions.Has "a.io/v1" }}"}
        spec: {replicas: {{ .Values.replicas }}}
        {{- if .Values.broken }}
        {{ fail "broken is set" }}
        {{- end }}
        """,
        "charts/web/templates/tests/ping.yaml":
            "apiVersion: v1\nkind: Pod\nmetadata: {name: ping, annotations: {helm.sh/hook: \"test\"}}\n",
        "charts/web/crds/widgets.yaml":
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.a.io}\nspec: {}\n",
        "charts/web/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
        "charts/web/charts/sub/templates/config.yaml":
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-sub}\ndata: {color: \"{{ .Values.color }}\"}\n",
        "values/one.yaml": "replicas: 2\nsub: {color: red}\n", "values/two.yaml": "sub: {color: blue}\n",
    ]

    static func files(_ changes: [String: String?] = [:]) -> InMemoryFiles {
        var texts = texts
        for (path, text) in changes { texts[path] = text }
        return InMemoryFiles(texts)
    }

    static var request: ChartRequest { ChartRequest(chart: "charts/web", releaseName: "rel", namespace: "nova") }
}

extension YAMLReader {
    static let standard = YAMLReader(
        parse: { bytes, file, _ in try YAML.parse(bytes, file: file).map(\.value) }, position: { _, _, _, _ in nil },
        rewrite: { _, _ in nil })
}

/// The error that rendering must end with.
func helmError(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> HelmError {
    do {
        try body()
        Issue.record("it was rendered", sourceLocation: sourceLocation)
    } catch let error as HelmError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return HelmErrorSample.none
}

enum HelmErrorSample {
    /// What a missing program gives: only its type matters here.
    static let none: HelmError = {
        do throws(HelmError) {
            _ = try HelmProgram("/nonexistent/helm").version()
        } catch {
            return error
        }
        preconditionFailure("there is no such program")
    }()
}
