import Foundation

/// Mixed objects of one Environment: for each application a ConfigMap, a Secret, a Service, a ServiceAccount and a Deployment without
/// Pods, so that the API is measured and not the processes of this machine.
enum Objects {
    static func write(count: Int, namespace: String, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let applications = max(1, count / 5)
        let text = (0..<applications).map(application).joined(separator: "---\n")
        try text.write(toFile: folder + "/objects.yaml", atomically: true, encoding: .utf8)
        try """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: \(namespace)
        resources: [objects.yaml]

        """.write(toFile: folder + "/kustomization.yaml", atomically: true, encoding: .utf8)
        try """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: \(namespace)}
        spec:
          target: {namespace: \(namespace), createNamespace: true}
          rollout: {conflicts: force}
          rollback: {watch: 0s}

        """.write(toFile: folder + "/environment.yaml", atomically: true, encoding: .utf8)
    }

    private static func application(_ number: Int) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings-\(number)}
        data: {level: info, text: "settings of \(number)"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys-\(number)}
        stringData: {key: "value of \(number)"}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: application-\(number)}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: application-\(number)}
        spec:
          selector: {app: application-\(number)}
          ports: [{name: http, port: 80, targetPort: 8080}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: application-\(number), labels: {app: application-\(number)}}
        spec:
          replicas: 0
          selector: {matchLabels: {app: application-\(number)}}
          template:
            metadata: {labels: {app: application-\(number)}}
            spec:
              serviceAccountName: application-\(number)
              containers:
              - name: main
                image: registry.example.com/application:1.0
                ports: [{containerPort: 8080}]
                env:
                - name: LEVEL
                  valueFrom: {configMapKeyRef: {name: settings-\(number), key: level}}
                resources:
                  requests: {cpu: 100m, memory: 128Mi}
                  limits: {cpu: "1", memory: 256Mi}

        """
    }
}
