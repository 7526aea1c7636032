internal import Controller
internal import Hummingbird
internal import Journal
internal import Observability

/// What a kubelet, a load balancer and Prometheus ask. Without a name: nothing here tells of anyone's work.
struct HealthRoutes {
    let controller: Controller
    let registry: MetricsRegistry

    func add(to router: Router<ConsoleContext>) {
        router.get("healthz") { _, _ in Response.text("ok\n") }
        router.get("readyz") { _, _ in try await readiness() }
        router.get("metrics") { _, _ in Response.text(registry.render(), contentType: Exposition.contentType) }
    }

    /// Ready when the journal answers; a remote that is away does not make the controller unready, as it still rolls back.
    private func readiness() async throws -> Response {
        _ = try await controller.journal.environments()
        return Response.text("ok\n")
    }
}
