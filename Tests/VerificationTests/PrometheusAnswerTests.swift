import Delivery
import Testing
import Verification

@Suite struct PrometheusAnswerTests {
    private func read(_ text: String, status: Int = 200) throws(PrometheusError) -> [MetricSeries] {
        try PrometheusAnswer.series(status: status, body: Array(text.utf8), of: "Prometheus \"default\"")
    }

    @Test func samplesOfAllKindsAreRead() throws {
        let text = """
            {"status":"success","data":{"resultType":"matrix","result":[
              {"metric":{"pod":"a"},"values":[[1700000000.5,"0.25"],[1700000015.5,"NaN"],[1700000030.5,"+Inf"],[1700000045.5,"-Inf"]]}]}}
            """
        let series = try read(text)
        #expect(series.count == 1 && series[0].labels == ["pod": "a"])
        #expect(series[0].samples.map(\.at.milliseconds) == [1_700_000_000_500, 1_700_000_015_500, 1_700_000_030_500, 1_700_000_045_500])
        let values = series[0].samples.map(\.value)
        #expect(values[0] == 0.25 && values[1].isNaN && values[2] == .infinity && values[3] == -.infinity)
    }

    @Test func aVectorIsOneSample() throws {
        let series = try read(#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000,"3"]}]}}"#)
        #expect(series == [MetricSeries(samples: [.init(at: Timestamp(milliseconds: 1_700_000_000_000), value: 3)])])
    }

    @Test(arguments: [
        (
            #"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end"}"#, 400, PrometheusError.Code.refused,
            "does not understand the query: 1:5: parse error"
        ),
        (
            #"{"status":"error","errorType":"execution","error":"multiple matches"}"#, 422, .refused,
            "cannot carry the query out: multiple matches"
        ),
        (#"{"status":"error","errorType":"timeout","error":"query timed out"}"#, 503, .unavailable, "gave the query up: query timed out"),
        (#"{"status":"error","errorType":"unavailable","error":"not ready"}"#, 503, .unavailable, "answered 503, unavailable: not ready"),
        (
            "<html>Bad gateway</html>", 502, .unavailable,
            "answered 502 with something that is not Prometheus' JSON: <html>Bad gateway</html>"
        ),
        ("", 200, .unavailable, "something that is not Prometheus' JSON"),
        (
            #"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#, 200, .refused,
            "gives a scalar for this query; it must give series"
        ),
        (
            #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["x","1"]]}]}}"#, 200, .unavailable,
            "a sample that is none"
        ),
    ])
    func whatIsNoAnswerIsSaidInWords(_ text: String, _ status: Int, _ code: PrometheusError.Code, _ words: String) {
        let error = #expect(throws: PrometheusError.self) { try read(text, status: status) }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func tooManySeriesAreNotRead() {
        let one = #"{"metric":{},"values":[[1,"1"]]}"#
        let text =
            #"{"status":"success","data":{"resultType":"matrix","result":["# + Array(repeating: one, count: 51).joined(separator: ",")
            + "]}}"
        let error = #expect(throws: PrometheusError.self) { try read(text) }
        #expect(error?.code == .tooMuch)
        #expect(error?.message.contains("51 series") == true && error?.message.contains("aggregate") == true)
    }
}
