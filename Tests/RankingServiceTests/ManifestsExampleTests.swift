import HTTPTransport
import Manifests
import RankingModel
import TestSupport
import Testing
import YAML

@testable import RankingService

/// The example's manifests and what the service reads must agree.
@Suite struct ManifestsExampleTests {
    private let root = Conformance.packageRoot

    private func yaml(_ path: String) throws -> Value {
        try #require(try YAML.parse(try Files.read(root + "/" + path), file: path).first).value
    }

    @Test func `the Deployment's environment is one that the service accepts`() throws {
        let deployment = try yaml("manifests/ranking-service/deployment.yaml")
        let container = try #require(deployment["spec", "template", "spec", "containers"]?[0])
        var environment: [String: String] = [:]
        for variable in container["env"]?.array ?? [] {
            let name = try #require(variable["name"]?.string)
            environment[name] = variable["value"]?.string ?? (name == "LISTEN_ADDRESS" ? "127.0.0.1" : "pod-1")
        }
        let configuration = try ServiceConfiguration(environment: environment)
        let mount = container["volumeMounts"]?[0]?["mountPath"]?.string
        #expect(configuration.weightsDirectory == mount)
        let ports = container["ports"]?.array?.compactMap { $0["containerPort"]?.integer }
        #expect(ports == [Int64(configuration.httpPort), Int64(configuration.metricsPort)])
        let grace = try #require(deployment["spec", "template", "spec", "terminationGracePeriodSeconds"]?.integer)
        #expect(configuration.drain + .seconds(ServiceLimits.finishSeconds) < .seconds(grace))
        #expect(deployment["spec", "replicas"] == nil)
    }

    @Test func `the smoke tests ask for what the service answers`() async throws {
        let steps = try #require(try yaml("hooks/smoke-tests.yaml")["steps"]?.array)
        #expect(steps.count == 6)
        try await RunningService.run(data: { SeededData.standard.make() }) { service in
            let version = try #require(try await service.json("/api/v1/health")["weights_version"])
            for step in steps {
                let name = try #require(step["name"]?.string)
                let path = try #require(step["request", "path"]?.string)
                let response =
                    step["request", "method"] == "POST"
                    ? try await service.post(path, step["request", "body"]?.string ?? "") : try await service.get(path)
                #expect(Int64(response.status) == step["expect", "status"]?.integer, "\(name)")
                let answer = try JSON.parse(response.body)
                for check in step["expect", "json"]?.array ?? [] {
                    let found = Self.value(at: try #require(check["path"]?.string), in: answer)
                    if check["exists"] != nil { #expect(found != nil, "\(name)") }
                    if let wanted = check["equals"] { #expect(found == (wanted == "${weights.version}" ? version : wanted), "\(name)") }
                }
            }
        }
    }

    private static func value(at pointer: String, in value: Value) -> Value? {
        pointer.split(separator: "/").reduce(Optional(value)) { value, part in
            Int(part).flatMap { value?[$0] } ?? value?[String(part)]
        }
    }
}
