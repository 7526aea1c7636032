import Kustomize
import Manifests
import Testing

@Suite("Ranking weights that build on others")
struct WeightsBaseTests {
    private static let base = WeightsTests.text
    private static let path = "environments/a/weights.yaml"

    private static func own(_ rest: String) -> String { "apiVersion: slipway.dev/v1\nkind: RankingWeights\n" + rest }

    private static func weights(_ texts: [String: String]) throws -> RankingWeightsDocument? {
        try EnvironmentRenderer(files: InMemoryFiles(texts), yaml: .standard).weights(directory: "environments/a")
    }

    private static func problem(_ texts: [String: String]) -> String? {
        do {
            _ = try weights(texts)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func onlyWhatChangesIsListed() throws {
        let read = try Self.weights([
            Self.path: Self.own("base: ../common.yaml\nweights: {freshness: 14.5, affinity: 15.5}\n"),
            "environments/common.yaml": Self.base,
        ])
        let weights = try #require(read)
        #expect(weights.percent(.freshness) == 14.5 && weights.percent(.affinity) == 15.5 && weights.percent(.completion) == 40)
        #expect(weights.file(of: .freshness) == Self.path && weights.file(of: .completion) == "environments/common.yaml")
    }

    @Test func aBaseAloneIsTakenAsItIs() throws {
        let weights = try Self.weights([Self.path: Self.own("base: ../common.yaml\n"), "environments/common.yaml": Self.base])
        #expect(weights?.percent(.deepLearning) == 5)
    }

    @Test func aChainTakesTheNearest() throws {
        let weights = try Self.weights([
            Self.path: Self.own("base: ../b/weights.yaml\nweights: {freshness: 10}\n"),
            "environments/b/weights.yaml": Self.own("base: ../common.yaml\nweights: {freshness: 20, affinity: 20}\n"),
            "environments/common.yaml": Self.base,
        ])
        #expect(weights?.percent(.freshness) == 10 && weights?.percent(.affinity) == 20)
    }

    @Test func whatDoesNotAddUpNamesBothFiles() {
        let problem = Self.problem([
            Self.path: Self.own("base: ../common.yaml\nweights: {freshness: 16.25}\n"), "environments/common.yaml": Self.base,
        ])
        #expect(
            problem
                == "environments/a/weights.yaml:4:1: the weights of environments/a/weights.yaml over environments/common.yaml add up to 101.25, not to 100 (1.25 are too many)"
        )
    }

    @Test(arguments: [
        ("base: ../nowhere.yaml\n", "environments/a/weights.yaml:3:1: environments/nowhere.yaml does not exist"),
        (
            "base: weights.yaml\n",
            "environments/a/weights.yaml:3:1: the weights files build on each other in a circle: environments/a/weights.yaml -> environments/a/weights.yaml"
        ),
        ("base: ../../../etc/weights.yaml\n", "environments/a/weights.yaml:3:1: ../../../etc/weights.yaml leads out of the repository"),
        (
            "base: /etc/weights.yaml\n",
            "environments/a/weights.yaml:3:1: /etc/weights.yaml is an absolute path (write it relative to the file that names it)"
        ),
        (
            "base: ../common.yaml\nweights: {freshnes: 15}\n",
            "environments/a/weights.yaml:4:11: unknown field \"freshnes\" in the weights (did you mean \"freshness\"?)"
        ),
        (
            "base: ../common.yaml\nweights: {freshness: 1.125}\n",
            "environments/a/weights.yaml:4:11: the weight of freshness is 1.125; it may have two decimals at most"
        ),
        ("weights: {freshness: 15}\n", "environments/a/weights.yaml:3:1: the weight of completion is missing (write 0 to leave it out)"),
    ])
    func problems(_ text: String, _ message: String) {
        #expect(Self.problem([Self.path: Self.own(text), "environments/common.yaml": Self.base]) == message)
    }

    @Test func chainsAreBounded() {
        var texts = [Self.path: Self.own("base: w0.yaml\n")]
        for level in 0..<20 { texts["environments/a/w\(level).yaml"] = Self.own("base: w\(level + 1).yaml\n") }
        #expect(Self.problem(texts)?.contains("build on each other more than 8 deep") == true)
    }
}
