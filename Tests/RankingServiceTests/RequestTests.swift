import RankingModel
import Testing

@testable import RankingService

@Suite struct RequestTests {
    @Test func `targets are taken apart and decoded`() {
        let target = RequestTarget("/api/v1/feed/a%2Fb%20c?limit=5&explain&x=%C3%A4&limit=6")
        #expect(target?.path == ["api", "v1", "feed", "a/b c"])
        #expect(target?.query == ["limit": "6", "explain": "", "x": "ä"])
        #expect(target.map { Route($0) } == .feed(user: "a/b c"))
    }

    @Test(arguments: ["", "api", "*", "http://x/", "/%", "/%4", "/%zz", "/%ff", "/?a=%", "/" + String(repeating: "x", count: 3000)])
    func `targets that are not valid are none`(text: String) {
        #expect(RequestTarget(text) == nil)
    }

    @Test(arguments: [
        ("/api/v1/health", Route.health), ("/health/live", .live), ("/health/ready?x=1", .ready), ("/api/v1/rank", .rank),
        ("/api/v1/feed/u1", .feed(user: "u1")), ("/api/v1/feed/", .feed(user: "")), ("/api/v1/feed", .unknown), ("/", .unknown),
        ("/health/live/", .unknown), ("/API/v1/health", .unknown), ("//health/live", .unknown), ("/api/v1/feed/u1/x", .unknown),
    ])
    func `routes`(text: String, route: Route) throws {
        #expect(Route(try #require(RequestTarget(text))) == route)
    }

    @Test func `feed queries are checked`() throws {
        #expect(try FeedQuery(user: "u", query: [:]).limit == 20)
        #expect(try FeedQuery(user: "u", query: ["limit": "200", "explain": ""]).isExplained)
        for query in [["limit": "0"], ["limit": "201"], ["limit": "-1"], ["limit": "x"], ["limit": ""], ["explain": "yes"]] {
            #expect(throws: Problem.self) { try FeedQuery(user: "u", query: query) }
        }
        for user in ["", "a\u{0}", "a\nb", String(repeating: "u", count: 129)] {
            #expect(throws: Problem.self) { try FeedQuery(user: user, query: [:]) }
        }
    }

    @Test(arguments: [
        ("", "the body is not JSON"), ("[]", "the body must be a JSON object, not a list"), ("{}", "user_id must be given as a string"),
        (#"{"user_id":7}"#, "user_id must be given as a string"), (#"{"user_id":""}"#, "user_id is empty"),
        (#"{"user_id":"u"}"#, "candidates must be given as a list"), (#"{"user_id":"u","candidates":"v"}"#, "candidates must be given"),
        (#"{"user_id":"u","candidates":[1]}"#, "candidates[0] must be a string, not a number"),
        (#"{"user_id":"u","candidates":["a",""]}"#, "candidates[1] is empty"),
        (#"{"user_id":"u","candidates":[],"limit":0}"#, "limit must be a number from 1 to 200"),
        (#"{"user_id":"u","candidates":[],"limit":1.5}"#, "limit must be"),
        (#"{"user_id":"u","candidates":[],"limit":1e300}"#, "limit must be"),
        (#"{"user_id":"u","candidates":[],"explain":1}"#, "explain must be true or false"),
        (#"{"user_id":"u","candidates":["#, "the body is not JSON"),
    ])
    func `what cannot be ranked is told why`(body: String, detail: String) {
        let problem = #expect(throws: Problem.self) { try RankQuery(body: Array(body.utf8)) }
        #expect(problem?.status == 400)
        #expect(problem?.detail.hasPrefix(detail) == true, "\(problem?.detail ?? "")")
    }

    @Test func `rank queries are read, with members of tomorrow`() throws {
        let query = try RankQuery(
            body: Array(#"{"user_id":"u","candidates":["a","b"],"limit":2.0,"explain":true,"context":{"hour":3}}"#.utf8))
        #expect(query.candidates == ["a", "b"])
        #expect(query.limit == 2)
        #expect(query.isExplained)
        let many = "[" + (0..<501).map { "\"v\($0)\"" }.joined(separator: ",") + "]"
        #expect(throws: Problem.self) { try RankQuery(body: Array("{\"user_id\":\"u\",\"candidates\":\(many)}".utf8)) }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: Problem.self) { try RankQuery(body: Array("{\"user_id\":\"u\",\"candidates\":\(deep)".utf8)) }
    }
}
