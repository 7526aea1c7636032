import Kustomize
import Manifests
import Testing

@Suite("Ranking weights of an environment")
struct WeightsTests {
    static let text = """
        apiVersion: slipway.dev/v1
        kind: RankingWeights
        weights:
          freshness: 15
          completion: 40
          engagement: 25
          affinity: 15
          deepLearning: 5
        """

    private static func decode(_ text: String) throws -> RankingWeightsDocument {
        try RankingWeightsDocument.decode(Array(text.utf8), file: "weights.yaml", yaml: .standard)
    }

    private static func problem(_ text: String) -> String? {
        do {
            _ = try decode(text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func defaults() throws {
        let object = try Self.decode(Self.text).configMap(namespace: "nova-prod")
        #expect(object.identity == ObjectIdentity(group: "", kind: "ConfigMap", namespace: "nova-prod", name: "ranking-weights"))
        #expect(object["data", "freshness"] == "15")
        let all = try JSON.parse(Array(try #require(object["data", "weights.json"]?.string).utf8))
        #expect(all == ["freshness": 15, "completion": 40, "engagement": 25, "affinity": 15, "deepLearning": 5])
    }

    @Test func decimals() throws {
        let text = Self.text.replacing("freshness: 15", with: "freshness: 14.75").replacing("affinity: 15", with: "affinity: 15.25")
        #expect(try Self.decode(text).configMap(namespace: "a")["data", "freshness"] == "14.75")
    }

    @Test(arguments: [
        ("freshness: 15", "freshnes: 15", "weights.yaml:4:3: unknown field \"freshnes\" in the weights (did you mean \"freshness\"?)"),
        ("freshness: 15", "freshness: 16", "weights.yaml:3:1: the weights add up to 101, not to 100 (1 are too many)"),
        (
            "freshness: 15", "freshness: \"15\"",
            "weights.yaml:4:3: the weight of freshness must be a number, not a string (take off the quotes)"
        ),
        ("freshness: 15", "freshness: -1", "weights.yaml:4:3: the weight of freshness is -1; it must be from 0 to 100"),
        ("freshness: 15", "freshness: 101", "weights.yaml:4:3: the weight of freshness is 101; it must be from 0 to 100"),
        ("freshness: 15", "freshness: 1.125", "weights.yaml:4:3: the weight of freshness is 1.125; it may have two decimals at most"),
        ("kind: RankingWeights", "kind: Weights", "weights.yaml:2:1: kind must be RankingWeights, not \"Weights\""),
        ("  deepLearning: 5", "", "weights.yaml:3:1: the weight of deepLearning is missing (write 0 to leave it out)"),
    ])
    func problems(_ part: String, _ replacement: String, _ message: String) {
        #expect(Self.problem(Self.text.replacing(part, with: replacement)) == message)
    }

    @Test func environmentWithWeights() throws {
        let files = InMemoryFiles([
            "environments/staging/kustomization.yaml": "namespace: nova-staging\nresources: [service.yaml]\n",
            "environments/staging/service.yaml": Trees.service, "environments/staging/weights.yaml": Self.text,
        ])
        let rendering = try EnvironmentRenderer(files: files, yaml: .standard).render(environment: "staging", namespace: "nova-staging")
        #expect(rendering.objects.map(\.kind) == ["Service", "ConfigMap"])
        #expect(rendering.filesRead.contains("environments/staging/weights.yaml"))
        #expect(rendering.origins[try #require(rendering.objects[1].identity)] == "environments/staging/weights.yaml")
    }

    @Test func anObjectThatTakesTheName() {
        let files = InMemoryFiles([
            "environments/a/kustomization.yaml": "resources: [map.yaml]\n",
            "environments/a/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ranking-weights}\n",
            "environments/a/weights.yaml": Self.text,
        ])
        let error = #expect(throws: RenderError.self) {
            try EnvironmentRenderer(files: files, yaml: .standard).render(environment: "a", namespace: "nova")
        }
        #expect(error?.code == .duplicateObject)
        #expect(error?.position?.file == "environments/a/map.yaml")
    }
}
