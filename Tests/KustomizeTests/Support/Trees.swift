import Kustomize
import Manifests
import Testing

/// Renders small trees written in a test.
enum Trees {
    static func render(_ texts: [String: String], _ directory: String = "app", options: RenderOptions = .standard) throws -> Rendering {
        try Renderer(files: InMemoryFiles(texts), yaml: .standard, options: options).render(directory)
    }

    /// The error of a rendering that must fail.
    static func failure(
        _ texts: [String: String], _ directory: String = "app", limits: RenderLimits = .standard,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> RenderError? {
        do {
            let rendering = try Renderer(files: InMemoryFiles(texts), yaml: .standard, limits: limits).render(directory)
            Issue.record("rendered \(rendering.objects.count) objects, and must fail", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }

    static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 1
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: registry.example:5000/web:1.0
                envFrom:
                - configMapRef: {name: settings}
        """

    static let service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector: {app: web}
          ports:
          - port: 80
        """
}
