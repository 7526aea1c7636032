import BenchmarkSupport
import Foundation

/// The video ranking service as an Environment: three replicas, which tell the version of their image.
enum DemoService {
    static func images(_ program: String) -> String {
        (1...2).map { version in
            """
            - name: bench/ranking:\(version)
              command: ['\(program)']
              env: {SERVICE_VERSION: '\(version)'}

            """
        }.joined()
    }

    static func objects(_ version: Int) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: ranking-weights}
        data: {weights.json: '{"freshness":15,"completion":40,"engagement":25,"affinity":15,"deepLearning":5}'}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 8080, targetPort: http}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 20
              containers:
              - name: main
                image: bench/ranking:\(version)
                ports: [{name: http, containerPort: 18080}]
                env:
                - {name: LISTEN_ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: HTTP_PORT, value: "18080"}
                - {name: METRICS_PORT, value: "18081"}
                - {name: DRAIN_SECONDS, value: "0"}
                - {name: RANKING_WEIGHTS_DIR, value: /etc/ranking-weights}
                volumeMounts: [{name: weights, mountPath: /etc/ranking-weights}]
                readinessProbe: {httpGet: {path: /health/ready, port: http}, periodSeconds: 1, failureThreshold: 30, timeoutSeconds: 5}
              volumes: [{name: weights, configMap: {name: ranking-weights}}]

        """
    }

    /// - Parameter gate: asked as the smoke test.
    static func write(_ name: String, version: Int, gate: String, to work: String) throws {
        let folder = "\(work)/environments/\(name)"
        for path in [folder, work + "/tests"] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let files = [
            "\(folder)/app.yaml": objects(version),
            "\(folder)/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: \(name)
            resources: [app.yaml]

            """,
            "\(folder)/environment.yaml": """
            apiVersion: slipway.dev/v1
            kind: Environment
            metadata: {name: \(name)}
            spec:
              target: {namespace: \(name), createNamespace: true}
              rollback: {automatic: true, watch: 0s}
              verification: {smokeTests: [tests/\(name).yaml]}

            """,
            "\(work)/tests/\(name).yaml": """
            apiVersion: slipway.dev/v1
            kind: SmokeTest
            metadata: {name: gate}
            steps:
            - name: it is asked
              request: {url: "\(gate)/of/\(version)", method: GET}
              expect: {status: 200}

            """,
        ]
        for (path, text) in files { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    }
}
