import Testing

@testable import LocalCluster

/// The other forms in which people use kubectl.
@Suite(.timeLimit(.minutes(8))) struct KubectlFormsTests {
    typealias Line = RunbookCluster.Line

    private static let lines: [Line] = [
        Line("kubectl wait --for=condition=Ready pod/redis-0 -n production --timeout=30s", "condition met"),
        Line("kubectl wait --for=jsonpath='{.status.phase}'=Running pod/redis-0 -n production --timeout=30s", "condition met"),
        Line("kubectl wait --for=condition=available deployment/app-backend -n production --timeout=30s", "condition met"),
        // Reading
        Line("kubectl get all -A", "pod/redis-0", "deployment.apps/app-backend", "replicaset.apps/app-backend-", "horizontalpodautoscaler"),
        Line("kubectl get pod redis-0 -n production -o jsonpath='{.status.phase}/{.spec.nodeName}'", "Running/local"),
        Line("kubectl get pods -n production -o custom-columns=NAME:.metadata.name,PHASE:.status.phase", "PHASE", "redis-0 ", "Running"),
        Line("kubectl get pods -n production --sort-by=.metadata.name -o name", "pod/crasher"),
        Line("kubectl get pods -n production -l 'app in (redis)' -o name", "pod/redis-0"),
        Line("kubectl get sa,cm,ep,ing,hpa,ev -n production", "serviceaccount/app-backend", "configmap/kube-root-ca.crt"),
        Line("kubectl describe node local", "Roles:", "Lease:", "HolderIdentity:  local", "Non-terminated Pods:", "Allocated resources:"),
        Line("kubectl describe ingress app -n production", "api.example.com", "app-backend:80"),
        Line("kubectl describe hpa app-backend -n production", "Min replicas:", "Conditions:"),
        Line("kubectl top pods -n production --containers", "POD", "redis-0", "main"),
        Line("kubectl events -n production --types=Warning", "BackOff"),
        Line("timeout 2 kubectl get pods -n production --watch --output-watch-events", "ADDED", "redis-0", status: 124),
        // Logs
        Line("kubectl logs -n production -l app=app-backend --prefix --timestamps", "[pod/app-backend-", "/main] 20", "Z jwt token"),
        Line("kubectl logs -n production redis-0 --all-containers --since=1h"),
        Line("timeout 2 kubectl logs -f -n production deployment/app-backend", "jwt token accepted", status: 124),
        // Writing
        Line("kubectl create configmap x --from-literal=a=b --dry-run=server -o yaml", "a: b", "creationTimestamp: \""),
        Line("kubectl create configmap x --from-literal=a=b", "configmap/x created"),
        Line(
            "kubectl get cm x -o yaml | sed s/b/c/ | kubectl apply --server-side --force-conflicts -f -", "configmap/x serverside-applied"),
        Line("kubectl patch cm x --type=json -p '[{\"op\":\"add\",\"path\":\"/data/k\",\"value\":\"v\"}]'", "configmap/x patched"),
        Line("kubectl patch cm x --type=merge -p '{\"data\":{\"m\":\"v\"}}'", "configmap/x patched"),
        Line("kubectl patch cm x -p '{\"data\":{\"s\":\"v\"}}'", "configmap/x patched"),
        Line("kubectl get cm x -o json | jq -c .data", "\"k\":\"v\"", "\"m\":\"v\"", "\"s\":\"v\""),
        Line("kubectl get cm x -o yaml | sed 's/k: v/k: w/' | kubectl diff -f -", "+  k: w", status: 1),
        Line("kubectl label cm x a=b", "configmap/x labeled"),
        Line("kubectl annotate cm x a=b", "configmap/x annotated"),
        Line("kubectl delete cm x", "configmap \"x\" deleted"),
        Line("kubectl expose deployment app-backend -n production --port=80", "service/app-backend exposed"),
        Line("kubectl delete deployment app-backend -n production --timeout=30s", "deleted"),
        // About the cluster
        Line("kubectl get --raw /readyz?verbose", "readyz check passed"),
        Line("kubectl get --raw /apis/custom.metrics.k8s.io/v1beta1", "APIResourceList"),
        Line("kubectl auth can-i create deployments", "yes"),
        Line("kubectl api-resources", "deployments", "metrics.k8s.io/v1beta1"),
        Line("kubectl explain deployment.spec.template.spec.containers.startupProbe.httpGet.port", "FIELD: port"),
        Line("kubectl explain hpa.spec.metrics.resource.target.averageUtilization", "<integer>"),
        Line("kubectl explain pod.spec.ephemeralContainers.targetContainerName", "<string>"),
        // Into Pods
        Line("echo hi > a.txt; kubectl cp a.txt production/redis-0:b.txt; kubectl cp production/redis-0:b.txt c.txt; cat c.txt", "hi"),
        Line("kubectl exec -n production redis-0 -- cat b.txt", "hi"),
        Line("echo typed | kubectl run -i --rm once --restart=Never --image=nicolaka/netshoot -n production -- cat", "typed", "deleted"),
        Line("timeout 2 kubectl attach redis-0 -n production", status: 124),
        Line("kubectl drain local --force --ignore-daemonsets --dry-run=server", "evicting pod production/redis-0 (server dry run)"),
        Line("kubectl cordon local && kubectl uncordon local", "node/local cordoned", "node/local uncordoned"),
    ]

    @Test func allOfThem() async throws {
        try await RunbookCluster.run(RunbookObjects.production) { cluster in try await cluster.check(Self.lines) }
    }
}
