import Testing

@testable import LocalCluster

/// Every kubectl line of two production runbooks, typed as it stands there but for names.
@Suite(.timeLimit(.minutes(8))) struct RunbookTests {
    typealias Line = RunbookCluster.Line

    private static let rollout = Line("kubectl rollout status deployment/video-ranking-service -n nova-prod", "successfully rolled out")

    /// In the order of the runbook of the ranking service.
    private static let ranking: [Line] = [
        rollout,
        Line("kubectl get pods -n nova-prod", "video-ranking-service-", "1/1     Running", "CrashLoopBackOff"),
        Line("kubectl top pods -n nova-prod", "CPU(cores)", "MEMORY(bytes)", "video-ranking-service-", "Mi"),
        Line(
            "kubectl set env deployment/video-ranking-service \\\n  DATABASE_MAX_CONNECTIONS=31 -n nova-prod",
            "deployment.apps/video-ranking-service env updated"),
        Line("kubectl logs -l app=cache-warmer -n nova-prod --tail=50", "warmed 10 feeds"),
        Line("kubectl describe pod <pod-name> -n nova-prod", "Reason:       CrashLoopBackOff", "Exit Code:    1", "Back-off restarting"),
        Line("kubectl logs <pod-name> -n nova-prod --previous", "cannot load the model"),
        Line("kubectl logs <pod-name> -n nova-prod --tail=50 | grep -i error", "ERROR: cannot load the model"),
        Line("kubectl describe pod <pod-name> -n nova-prod | grep -A 5 \"Limits\"", "memory:  64Mi"),
        Line(
            "kubectl set resources deployment/video-ranking-service \\\n  -n nova-prod --limits=memory=2Gi",
            "deployment.apps/video-ranking-service resource requirements updated"),
        Line(
            "kubectl patch deployment video-ranking-service -n nova-prod -p \\\n  '{\"spec\":{\"template\":{\"spec\":{\"containers\":"
                + "[{\"name\":\"video-ranking-service\",\"startupProbe\":{\"failureThreshold\":60}}]}}}}'",
            "deployment.apps/video-ranking-service patched"),
        Line("kubectl get secrets -n nova-prod", "tls-cert", "kubernetes.io/tls"),
        rollout,
        Line("kubectl rollout undo deployment/video-ranking-service -n nova-prod", "rolled back"),
        Line(
            "kubectl get --raw /apis/custom.metrics.k8s.io/v1beta1/namespaces/nova-prod/pods/*/database_pool_available",
            "\"kind\":\"MetricValueList\"", "\"metricName\":\"database_pool_available\"", "\"value\":\"31\""),
        Line("kubectl rollout restart deployment/video-ranking-service -n nova-prod", "restarted"),
        Line(
            "kubectl run -it debug --image=nicolaka/netshoot -n nova-prod -- \\\n  telnet redis-prod 6379", "Connected to redis-prod.",
            typed: "\n"),
        Line("kubectl top pod <running-pod> -n nova-prod", "cache-warmer-1", "Mi"),
        Line("kubectl get pod <pod-name> -n nova-prod -o json | jq '.spec.containers[].resources'", "\"memory\": \"64Mi\""),
        // kubectl itself refuses this line on every cluster.
        Line("kubectl debug <running-pod> -n nova-prod -- /bin/sh", "you must specify --image", status: 1),
        Line(
            "kubectl debug -it <running-pod> --image=nova/shell:1 -n nova-prod -- /bin/sh", "inside 7",
            typed: "echo inside $((3 + 4))\nexit\n"),
        Line("kubectl rollout history deployment/video-ranking-service -n nova-prod", "REVISION", "CHANGE-CAUSE"),
        rollout,
        Line("kubectl logs deployment/video-ranking-service -n nova-prod --tail=100 | grep -ic error || true", "0"),
        Line("kubectl get events -n nova-prod -o wide", "SUBOBJECT", "spec.containers{main}", "kubelet, local"),
        Line(
            "kubectl exec -it <postgres-pod> -n nova-prod -- \\\n  psql -c \"SELECT datname, count(*) FROM pg_stat_activity GROUP BY datname\"",
            "psql -c SELECT datname, count(*) FROM pg_stat_activity GROUP BY datname", "(1 row)", typed: ""),
        Line("kubectl scale deployment video-ranking-service -n nova-prod --replicas=3", "scaled"),
        rollout,
        Line("kubectl top nodes", "local", "%"),
        Line("kubectl logs deployment/video-ranking-service -n nova-prod --since=24h | grep -i error | wc -l", "0", status: 1),
        Line(
            "kubectl get secret tls-cert -n nova-prod -o json | \\\n"
                + "  jq '.data.\"tls.crt\"' -r | base64 -d | openssl x509 -text -noout | grep -A 2 Validity", "Not After :"),
        Line("KUBE_EDITOR='sed -i s/:40,/:35,/' kubectl edit configmap ranking-weights -n nova-prod", "configmap/ranking-weights edited"),
        Line("kubectl get configmap ranking-weights -n nova-prod -o yaml", "\"completion\":35"),
        Line("kubectl cluster-info", "control plane", "is running at"),
        Line("kubectl get nodes", "local   Ready"),
        Line("kubectl get pods -n nova-prod -o wide", "NOMINATED NODE", "127."),
        Line(
            "kubectl describe deployment video-ranking-service -n nova-prod", "NewReplicaSet:", "ScalingReplicaSet",
            "MinimumReplicasAvailable"),
        Line("kubectl set env deployment/video-ranking-service \\\n  FALLBACK_MODE=cache-only -n nova-prod", "env updated"),
    ]

    @Test func theRankingRunbook() async throws {
        let ports = (try await NodeProxyTests.freePort(), try await NodeProxyTests.freePort())
        try await RunbookCluster.run(RunbookObjects.novaProd(port: Int(ports.0), metricsPort: Int(ports.1))) { cluster in
            try await cluster.check([
                Line(
                    "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=ranking 2>/dev/null && "
                        + "kubectl create secret tls tls-cert -n nova-prod --cert=cert.pem --key=key.pem", "created")
            ])
            let names = ["<pod-name>": "crasher", "<running-pod>": "cache-warmer-1", "<postgres-pod>": "postgres-0"]
            try await cluster.check(Self.ranking, names: names)
        }
    }

    /// In the order of the runbook of the back end.
    private static let backend: [Line] = [
        Line("kubectl rollout status deployment/app-backend -n production", "successfully rolled out"),
        Line("kubectl top pods -n production", "app-backend-", "Mi"),
        Line("kubectl get hpa -n production", "Deployment/app-backend", "12"),
        Line("kubectl describe pod <pod-name> -n production", "Exit Code:    1"),
        Line("kubectl scale deployment app-backend --replicas=10 -n production", "deployment.apps/app-backend scaled"),
        Line("kubectl logs <pod-name> -n production --tail=100", "cannot load the model"),
        Line("kubectl rollout restart deployment app-backend -n production", "deployment.apps/app-backend restarted"),
        Line(
            "printf a > jwt-private.pem; printf b > jwt-public.pem\n"
                + "kubectl create secret generic jwt-keys \\\n  --from-file=private=jwt-private.pem \\\n  --from-file=public=jwt-public.pem \\\n"
                + "  --dry-run=client -o yaml | kubectl apply -n production -f -", "secret/jwt-keys created"),
        Line("kubectl get secret jwt-keys -n production -o yaml", "private: YQ==", "public: Yg=="),
        Line("kubectl exec -it redis-0 -n production -- redis-cli", "(empty array)", "(integer) 3", typed: "KEYS token:*\nDBSIZE\nexit\n"),
        Line("kubectl exec -it redis-0 -n production -- redis-cli", "OK", typed: "FLUSHDB\nexit\n"),
        Line("kubectl logs deployment/app-backend -n production | grep -i \"jwt\\|token\"", "jwt token accepted"),
        Line("kubectl describe serviceaccount app-backend -n production", "eks.amazonaws.com/role-arn", "Tokens:"),
        Line(
            "kubectl exec -it deployment/app-backend -n production -- \\\n  aws s3 ls s3://ytvideocreator-media/",
            "video.mp4 s3 ls s3://ytvideocreator-media/", typed: ""),
        Line("kubectl get events -n production --sort-by='.lastTimestamp' | grep OOM", "OOMKilling", "pod/hog"),
        Line("kubectl describe deployment app-backend -n production | grep -A 5 \"Limits:\"", "memory:", "1Gi"),
        Line("kubectl logs <pod-name> -n production --previous", "cannot load the model"),
        Line("kubectl get nodes", "Ready"),
        Line("kubectl get pods -A", "NAMESPACE", "ingress-nginx", "production"),
        Line("kubectl get pods -A --field-selector=status.phase!=Running", "No resources found"),
        Line("kubectl get ingress -n production", "nginx", "api.example.com"),
        Line("kubectl logs -n ingress-nginx deployment/ingress-nginx-controller", "NGINX Ingress controller"),
        Line("kubectl exec -it postgres-0 -n production -- psql -U postgres -c \"SELECT 1;\"", "psql -U postgres -c SELECT 1;", typed: ""),
        Line("kubectl exec -it redis-0 -n production -- redis-cli ping", "PONG", typed: ""),
        Line("kubectl rollout status deployment/app-backend -n production", "successfully rolled out"),
        Line("kubectl rollout undo deployment/app-backend -n production", "deployment.apps/app-backend rolled back"),
        Line("kubectl rollout status deployment/app-backend -n production", "successfully rolled out"),
    ]

    @Test func theBackendRunbook() async throws {
        try await RunbookCluster.run(RunbookObjects.production) { cluster in
            try await cluster.check(Self.backend, names: ["<pod-name>": "crasher"])
        }
    }
}
