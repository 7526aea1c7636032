package import Delivery
internal import HTTPTransport
package import Kubernetes

/// Runs the declared steps of SmokeTests. A step goes through the API server's service proxy, so that it reaches the service from wherever
/// the controller runs; or to a URL whose host the operator allows. Neither needs code of the repository's.
package struct SmokeTestRunner: Sendable {
    private let client: KubernetesClient
    private let namespace: String
    private let origins: AllowedOrigins

    /// - Parameter origins: what may be asked by URL.
    package init(client: KubernetesClient, namespace: String, origins: AllowedOrigins = .none) {
        self.client = client
        self.namespace = namespace
        self.origins = origins
    }

    /// The steps in order; the first that fails ends the run. Each step has its own retries, so that a Service that has just switched
    /// is not blamed for one unlucky connection.
    package func run(_ tests: [SmokeTest]) async -> GateVerdict {
        var passed = 0
        for test in tests {
            for step in test.steps {
                let place = "smoke test \(test.name.map { "\($0), " } ?? "")step \"\(step.name)\""
                switch await run(step) {
                case .pass: passed += 1
                case .fail(let reason): return .fail("\(place): \(reason)")
                case .noData(let reason): return .noData("\(place): \(reason)")
                case .error(let reason): return .error("\(place): \(reason)")
                }
            }
        }
        return .pass("\(passed) smoke test step\(passed == 1 ? "" : "s") passed")
    }

    private func run(_ step: SmokeStep) async -> GateVerdict {
        var verdict = GateVerdict.noData("was not run")
        for attempt in 1...max(1, step.retries.attempts) {
            if attempt > 1 {
                do { try await Task.sleep(for: step.retries.delay) } catch { return .error("cancelled") }
            }
            verdict = step.request.origin == nil ? await askService(step) : await origins.ask(step)
            if case .pass = verdict { return verdict }
        }
        return verdict
    }

    private func askService(_ step: SmokeStep) async -> GateVerdict {
        let request = step.request
        do throws(KubernetesError) {
            let response = try await client.serviceProxy(
                namespace: namespace, service: request.service, port: request.port.description, method: request.method.rawValue,
                path: request.path, headers: HTTPHeaders(request.headers.map { HTTPField($0.name, $0.value) }), body: request.body,
                timeout: VerificationLimits.request)
            return step.verdict(status: response.status, body: response.body, elapsed: response.duration)
        } catch {
            switch error.code {
            case .forbidden, .unauthorized:
                // The service was not asked. Taking the Release back would not bring the right; somebody may grant it before the deadline.
                return .error("\(error.message). The service was not asked: waiting until our account may, or for the deadline")
            // The cluster not answering says nothing about the service.
            case _ where error.isTransient: return .error(error.message)
            default: return .fail(error.message)
            }
        }
    }
}

extension SmokeStep {
    func verdict(status: Int, body: [UInt8], elapsed: Duration) -> GateVerdict {
        switch evaluate(status: status, body: body, elapsed: elapsed) {
        case .pass: .pass("")
        case .fail(let reason): .fail(reason)
        }
    }
}
