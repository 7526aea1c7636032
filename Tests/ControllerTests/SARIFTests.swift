import Manifests
import Testing

@testable import Controller
@testable import SlipwayCommands

/// What SARIF 2.1.0 and the services that read it ask of a log.
@Suite struct SARIFTests {
    private static let findings = [
        Finding(
            .error, .syntax, at: SourcePosition(file: "environments/a b/ü.yaml", line: 3, column: 7), "is wrong", hint: "mend it",
            environments: ["production", "staging"]),
        Finding(.warning, .unusedFile, at: SourcePosition(file: "manifests/x.yaml", line: 0, column: 0), "is not used"),
    ]

    @Test func theLogHasWhatIsRequired() throws {
        let log = SARIF.log(of: Self.findings)
        #expect(log["version"] == "2.1.0")
        let run = try #require(log["runs"]?[0])
        #expect(run["tool", "driver", "name"] == "slipway")
        let rules = try #require(run["tool", "driver", "rules"]?.array)
        let results = try #require(run["results"]?.array)
        #expect(results.count == 2)
        for result in results {
            // ruleIndex leads to the rule that ruleId names (3.27.5, 3.27.6).
            let index = try #require(result["ruleIndex"]?.integer)
            #expect(rules[Int(index)]["id"] == result["ruleId"])
            #expect(["error", "warning"].contains(result["level"]?.string))
            #expect(result["message", "text"]?.string?.isEmpty == false)
            let place = try #require(result["locations"]?[0]?["physicalLocation"])
            #expect(try #require(place["region", "startLine"]?.integer) >= 1)
            #expect(place["artifactLocation", "uri"]?.string?.hasPrefix("/") == false)
        }
        #expect(Set(rules.compactMap { $0["id"]?.string }).count == rules.count)
    }

    @Test func placesAreRelativeReferences() {
        let results = SARIF.log(of: Self.findings)["runs"]?[0]?["results"]
        let first = results?[0]?["locations"]?[0]?["physicalLocation"]
        #expect(first?["artifactLocation", "uri"] == "environments/a%20b/%C3%BC.yaml")
        #expect(first?["region"] == ["startLine": 3, "startColumn": 7])
        #expect(results?[1]?["locations"]?[0]?["physicalLocation"]?["region"] == ["startLine": 1])
        #expect(results?[0]?["message", "text"] == "is wrong (mend it)")
        #expect(results?[0]?["properties", "environments"] == ["production", "staging"])
    }

    @Test func anEmptyLogHasResultsToo() {
        // An absent list would mean that nothing was looked at (3.14.23).
        #expect(SARIF.log(of: [])["runs"]?[0]?["results"] == [])
    }
}
