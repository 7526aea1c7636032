/// The objects that the runbooks' lines are about; small shells stand in for what is not the ranking service.
enum RunbookObjects {
    static func novaProd(port: Int, metricsPort: Int) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: nova-prod}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: ranking-weights, namespace: nova-prod}
        data: {weights.json: '{"freshness":15,"completion":40,"engagement":25,"affinity":15,"deepLearning":5}'}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: video-ranking-service, namespace: nova-prod}
        spec:
          replicas: 2
          selector: {matchLabels: {app: video-ranking-service}}
          template:
            metadata:
              labels: {app: video-ranking-service}
              annotations: {prometheus.io/scrape: "true", prometheus.io/port: "\(metricsPort)", prometheus.io/path: /metrics}
            spec:
              terminationGracePeriodSeconds: 2
              enableServiceLinks: false
              containers:
                - name: video-ranking-service
                  image: nova/video-ranking-service:1.0.0
                  ports: [{name: http, containerPort: \(port)}, {name: metrics, containerPort: \(metricsPort)}]
                  env:
                    - {name: LISTEN_ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: HTTP_PORT, value: "\(port)"}
                    - {name: METRICS_PORT, value: "\(metricsPort)"}
                    - {name: RANKING_WEIGHTS_DIR, value: /etc/ranking-weights}
                    - {name: DRAIN_SECONDS, value: "0"}
                  resources: {limits: {memory: 1Gi}}
                  startupProbe: {httpGet: {path: /health/live, port: http}, periodSeconds: 1, failureThreshold: 30}
                  volumeMounts: [{name: weights, mountPath: /etc/ranking-weights}]
              volumes: [{name: weights, configMap: {name: ranking-weights}}]
        ---
        \(pod("cache-warmer-1", "nova-prod", "echo warmed 10 feeds; while :; do sleep 1 & wait; done", app: "cache-warmer"))
        ---
        \(pod("crasher", "nova-prod", "echo ERROR: cannot load the model; exit 1", app: "crasher"))
        ---
        \(pod("postgres-0", "nova-prod", idle, app: "postgres"))
        """
    }

    static let production = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: production}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: ingress-nginx}
        ---
        \(pod("redis-0", "production", idle, app: "redis"))
        ---
        \(pod("postgres-0", "production", idle, app: "postgres"))
        ---
        \(pod("crasher", "production", "echo ERROR: cannot load the model; exit 1", app: "crasher"))
        ---
        \(pod("hog", "production", "head -c 96m /dev/zero | tail -c 95m | sleep 60", app: "hog", memory: "16Mi"))
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: app-backend, namespace: production, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/eks-app"}}
        ---
        \(deployment("app-backend", "production", "echo jwt token accepted; \(idle)"))
        ---
        \(deployment("ingress-nginx-controller", "ingress-nginx", "echo NGINX Ingress controller; \(idle)"))
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: app-backend, namespace: production}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app-backend}
          minReplicas: 1
          maxReplicas: 12
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: app, namespace: production}
        spec:
          ingressClassName: nginx
          rules:
            - host: api.example.com
              http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app-backend, port: {number: 80}}}}]}
        """

    static let idle = "while :; do sleep 1 & wait; done"

    static func pod(_ name: String, _ namespace: String, _ script: String, app: String, memory: String = "64Mi") -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: \(namespace), labels: {app: \(app)}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - {name: main, image: "nova/tools:1", args: [-c, "\(script)"], resources: {limits: {memory: \(memory)}}}
        """
    }

    static func deployment(_ name: String, _ namespace: String, _ script: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
        spec:
          replicas: 1
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
                - {name: main, image: "nova/tools:1", args: [-c, "\(script)"], resources: {limits: {memory: 1Gi}}}
        """
    }
}
