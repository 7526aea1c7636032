import Manifests
import Testing

@Suite("Reading configuration strictly")
struct StrictReaderTests {
    private enum Mode: String, CaseIterable { case automatic, manual, off }

    @Test func readsWhatIsThereAndDefaultsTheRest() throws {
        let reader = StrictReader([
            "name": "staging", "soak": "1h30m", "mode": "manual", "replicas": 3, "ratio": 0.5, "on": true, "hosts": ["a", "b"],
            "labels": ["app": "x"], "gates": [["name": "g1"], ["name": "g2"]], "rollout": ["deadline": "5m"], "gone": .null,
        ])
        #expect(reader.requiredString("name") == "staging")
        #expect(reader.duration("soak") == .seconds(5400))
        #expect(reader.choice("mode", default: .off) as Mode == .manual)
        #expect(reader.integer("replicas", in: 1...10) == 3)
        #expect(reader.number("ratio") == 0.5)
        #expect(reader.bool("on", default: false))
        #expect(reader.strings("hosts") == ["a", "b"])
        #expect(reader.stringMap("labels") == ["app": "x"])
        #expect(reader.objects("gates") { $0.requiredString("name") } == ["g1", "g2"])
        #expect(reader.object("rollout") { $0.duration("deadline") } == .seconds(300))
        #expect(reader.string("gone", default: "here") == "here")
        #expect(reader.integer("absent", default: 7) == 7)
        try reader.finish()
    }

    @Test func collectsAllErrorsWithTheirPaths() {
        let reader = StrictReader([
            "wiehgts": [:], "soak": 90, "mode": "manul", "replicas": 30, "hosts": ["a", 1], "labels": ["app": true],
            "gates": [["name": "g1", "treshold": 1], "g2"], "rollout": "fast",
        ])
        _ = reader.requiredString("name")
        _ = reader.reader("weights")
        _ = reader.duration("soak", in: .zero ... .seconds(3600))
        _ = reader.choice("mode") as Mode?
        _ = reader.integer("replicas", in: 1...10)
        _ = reader.strings("hosts")
        _ = reader.stringMap("labels")
        _ = reader.objects("gates") { gate in (gate.string("name"), gate.number("threshold")) }
        _ = reader.object("rollout") { $0.duration("deadline") }
        let errors = #expect(throws: StrictReaderErrors.self) { try reader.finish() }
        #expect(
            errors?.description == """
                name: is missing
                soak: must be a duration such as 90s, 5m or 1h30m from 0s to 1h, not 90
                mode: must be one of automatic, manual, off, not "manul"; did you mean "manual"?
                replicas: must be a whole number from 1 to 10, not 30
                hosts[1]: must be a string, not 1
                labels.app: must be a string, not true; put it in quotes
                gates[1]: must be a mapping, not a string
                rollout: must be a mapping, not a string
                wiehgts: unknown key "wiehgts"; did you mean "weights"?
                gates[0].treshold: unknown key "treshold"; did you mean "threshold"?
                """)
    }

    @Test func theKindIsChecked() {
        let reader = StrictReader(["apiVersion": "slipway.dev/v2", "extra": 1])
        reader.expect(apiVersion: "slipway.dev/v1", kind: "Environment")
        let errors = #expect(throws: StrictReaderErrors.self) { try reader.finish() }
        #expect(
            errors?.errors.map(\.description) == [
                "apiVersion: must be slipway.dev/v1, not \"slipway.dev/v2\"", "kind: is missing",
                "extra: unknown key \"extra\"; known are apiVersion, kind",
            ])
        #expect(errors?.errors.map(\.code) == [.invalidValue, .missingKey, .unknownKey])
    }

    @Test func errorsAreLimited() {
        let reader = StrictReader(.object(Object((0..<200).map { ("key\($0)", Value.integer(1)) })))
        #expect(throws: StrictReaderErrors.self) { try reader.finish() }
        #expect(reader.errors.count == ManifestLimits.collectedErrors)
    }

    @Test(arguments: [
        ("90s", Duration.seconds(90)), ("5m", .seconds(300)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)),
        ("1.5h", .seconds(5400)), ("0", .zero),
        ("2h0m10s", .seconds(7210)), ("10us", .microseconds(10)),
    ])
    func durations(_ text: String, _ duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.parse(DurationText.string(duration)) == duration)
    }

    @Test(arguments: ["", "90", "s", "1d", "-5s", "5 m", "1h ", "5M", "..s", "1e9s", "99999999999h", "٣s"])
    func noDurations(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test func durationsAsText() {
        #expect(DurationText.string(.zero) == "0s")
        #expect(DurationText.string(.seconds(5400)) == "1h30m")
        #expect(DurationText.string(.milliseconds(1250)) == "1s250ms")
        #expect(DurationText.string(.seconds(-61)) == "-1m1s")
    }

    @Test(arguments: [
        ("wiehgts", "weights"), ("Replicas", "replicas"), ("threshhold", "threshold"), ("naem", "name"), ("xyz", nil), ("weights", nil),
        ("", nil),
    ])
    func nearestNames(_ text: String, _ suggestion: String?) {
        #expect(NearestName.suggestion(for: text, among: ["weights", "replicas", "threshold", "name"]) == suggestion)
    }
}
