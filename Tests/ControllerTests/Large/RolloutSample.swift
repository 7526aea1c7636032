import LocalCluster
import Manifests
import TestSupport

/// The real ranking service as an Environment that rolls out in steps. It tells its version, which it has from a ConfigMap.
struct RolloutSample {
    static let namespace = "sample-steps"
    var version: String
    /// `bad` ends at once.
    var image = "1"
    var strategy: String
    /// More lines of its `spec`.
    var policy = ""
    /// More of `verification`, such as `, deadline: 30s`.
    var verification = ""

    /// - Parameter sign: version `3` ends with 1 as soon as there is this file.
    static func images(endingAt sign: String) -> String {
        """
        images:
          - name: sample.example/ranking:3
            command: [/bin/sh, -c, '\(Built.folder)/ranking-service & while [ ! -e \(sign) ]; do sleep 0.1; done; kill -9 $!; exit 1']
          - name: sample.example/ranking:*
            command: ['\(Built.folder)/ranking-service']

        """
    }

    static var images: String {
        """
        images:
          - name: sample.example/ranking:bad
            command: [/bin/sh, -c, 'echo "fatal: no model"; exit 1']
          - name: sample.example/ranking:*
            command: ['\(Built.folder)/ranking-service']

        """
    }

    var files: [String: String?] {
        [
            "environments/steps/environment.yaml": """
            apiVersion: slipway.dev/v1
            kind: Environment
            metadata: {name: steps}
            spec:
              target: {namespace: \(Self.namespace), createNamespace: true}
              rollback: {automatic: true, watch: 0s}
              rollout: {deadline: 120s, maxRestarts: 1, strategy: \(strategy)}
              verification: {smokeTests: [tests/smoke.yaml]\(verification)}
              \(policy)

            """,
            "tests/smoke.yaml": """
            apiVersion: slipway.dev/v1
            kind: SmokeTest
            metadata: {name: version}
            steps:
              - name: it tells its version
                request: {service: web, port: http, method: GET, path: /api/v1/health}
                expect: {status: 200, json: [{path: /version, equals: "\(version)"}]}
                retries: {attempts: 10, delay: 1s}

            """,
            "environments/steps/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: \(Self.namespace)
            resources: [app.yaml]

            """,
            "environments/steps/app.yaml": objects,
        ]
    }

    private var objects: String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {version: "\(version)"}
        ---
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
                  image: sample.example/ranking:\(image)
                  ports: [{name: http, containerPort: 18080}]
                  env:
                    - {name: LISTEN_ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: SERVICE_VERSION, valueFrom: {configMapKeyRef: {name: settings, key: version}}}
                    - {name: HTTP_PORT, value: "18080"}
                    - {name: METRICS_PORT, value: "18081"}
                    - {name: DRAIN_SECONDS, value: "0"}
                    - {name: RANKING_WEIGHTS_DIR, value: /etc/ranking-weights}
                  volumeMounts: [{name: weights, mountPath: /etc/ranking-weights}]
                  readinessProbe: {httpGet: {path: /health/ready, port: http}, periodSeconds: 1, failureThreshold: 30, timeoutSeconds: 5}
              volumes: [{name: weights, configMap: {name: ranking-weights}}]

        """
    }
}
