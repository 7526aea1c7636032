import Delivery
import Testing

@Suite struct MetricQueryTests {
    static let good: [String] = [
        #"sum(rate(http_requests_total{status=~"5..", namespace="${namespace}"}[${window}])) / sum(rate(x[5m:30s]))"#,
        #"label_replace(up, "a", "${1}-$2", "b", "(.*)-(.*)$")"#,
        "up{a='it\\'s', b=`raw \\`} # a comment with ( and \"\n> bool 1", "release_${release}", "{__name__=~\"a.*|b\"} offset -5m",
        "up == 1 unless on(a) b",
    ]

    @Test(arguments: good)
    func whatPrometheusTakesHasNoProblems(_ text: String) { #expect(MetricQuery(text).problems() == []) }

    static let bad: [(String, String)] = [
        ("", "is empty"), (" \n", "is empty"), ("sum(up", "opens \"(\" at character 4 and does not close it"),
        ("sum(up))", "has a \")\" at character 8 that nothing opens"), ("up{a=\"b}", "opens a string with \" at character 6"),
        ("up[5m)", "has a \")\" at character 6 that nothing opens"), ("up{a=\"b\nc\"}", "has a string whose line ends"),
        ("up > $x", "has \"$\" at character 6, which PromQL does not know"), ("up; down", "has \";\" at character 3"),
        ("up{a=\"${namspace}\"}", "has the unknown variable \"${namspace}\"; did you mean \"${namespace}\"?"),
        ("up{a=\"${q}\"}", "known are environment, namespace, release, revision, bundle, window"),
        ("${namespace}_total", "\"${namespace}\" must stand within quotes"), ("up\u{1}", "has a control character at character 3"),
    ]

    @Test(arguments: bad)
    func whatCannotBeAQueryIsSaid(_ text: String, _ words: String) {
        let problems = MetricQuery(text).problems()
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test func aLongQueryIsRefused() {
        #expect(MetricQuery(String(repeating: "a", count: 5000)).problems() == ["has 5000 bytes; at most 4096 are allowed"])
    }

    static let values: [(String, String, String)] = [
        (#"up{n="${namespace}"}"#, #"a"} or vector(1) #"#, #"up{n="a\"} or vector(1) #"}"#),
        (#"up{n="${namespace}"}"#, #"a\"#, #"up{n="a\\"}"#),
        ("up{n='${namespace}'}", "a'b", #"up{n='a\'b'}"#), ("up{n=`${namespace}`}", "a`b", "up{n=`ab`}"),
        (#"up{n="${namespace}"}"#, "a'b", #"up{n="a'b"}"#), (#"up{n='${namespace}'}"#, #"a"b"#, #"up{n='a"b'}"#),
        (#"up{n="${namespace}"}"#, "a\nb", #"up{n="a\nb"}"#), (#"up{n="a-${namespace}.*"}"#, "nova", #"up{n="a-nova.*"}"#),
    ]

    @Test(arguments: values)
    func noValueCanLeaveItsString(_ text: String, _ value: String, _ filled: String) {
        let query = MetricQuery(text).filled([.namespace: value])
        #expect(query == filled)
        #expect(MetricQuery(query).problems() == [])
    }

    @Test func outsideOfQuotesOnlyAWordIsPutIn() {
        #expect(MetricQuery("rate(x[${window}])").filled([.window: "90s"]) == "rate(x[90s])")
        #expect(MetricQuery("rate(x[${window}])").filled([.window: "1m]) or (y"]) == "rate(x[1mory])")
        #expect(MetricQuery("rate(x[${window}])").filled([:]) == "rate(x[${window}])")
    }

    @Test func aGroupOfARegularExpressionStays() {
        let text = #"label_replace(up{n="${namespace}"}, "a", "${1}", "b", "(.*)")"#
        #expect(MetricQuery(text).filled([.namespace: "x"]) == #"label_replace(up{n="x"}, "a", "${1}", "b", "(.*)")"#)
    }
}
