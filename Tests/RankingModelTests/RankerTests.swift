import Testing

@testable import RankingModel

@Suite struct RankerTests {
    static let ranker = Ranker(data: SeededData.standard.make())

    private func only(_ component: RankingComponent) throws -> RankingWeights {
        try RankingWeights(
            texts: Dictionary(uniqueKeysWithValues: RankingComponent.allCases.map { ($0.rawValue, $0 == component ? "100" : "0") }))
    }

    @Test func `the seeded data has the shape of a real log`() {
        let data = Self.ranker.data
        #expect(data.users.count == 200)
        #expect(data.videos.count == 600)
        #expect((3000...8000).contains(data.events.count))
        #expect(data.users[0] == "u001")
        #expect(data.events.allSatisfy { $0.ageSeconds <= data.videos[$0.video].ageSeconds })
        #expect(SeededData.standard.make().events == data.events)
        var other = SeededData.standard
        other.seed = 5
        #expect(other.make().events != data.events)
    }

    @Test func `every score is in 0 to 1 for every user and video`() {
        let candidates = Array(Self.ranker.data.videos.indices)
        for user in [nil] + Self.ranker.data.users.indices.filter({ $0 % 7 == 0 }).map(Optional.some) {
            for scored in Self.ranker.score(user: user, candidates: candidates, weights: .standard) {
                for component in RankingComponent.allCases where !(0...1).contains(scored.scores[component]) {
                    Issue.record("\(component) of video \(scored.video) for \(String(describing: user)) is \(scored.scores[component])")
                }
            }
        }
    }

    @Test func `points of the components add up to the score`() {
        let page = Self.ranker.feed(user: "u007", weights: .standard, limit: 50)
        #expect(page.items.count == 50)
        for item in page.items {
            #expect(item.points.reduce(Points(units: 0), +) == item.score)
            #expect(item.score <= Points(units: 1_000_000))
        }
    }

    @Test func `a feed never shows what was seen, and a ranking may`() throws {
        let data = Self.ranker.data
        let seen = Set(data.events.filter { $0.user == 6 }.map { data.videos[$0.video].id })
        let page = Self.ranker.feed(user: data.users[6], weights: .standard, limit: 200)
        #expect(!seen.isEmpty)
        #expect(seen.isDisjoint(with: page.items.map(\.videoID)))
        let one = try #require(seen.min())
        #expect(Self.ranker.rank(user: data.users[6], candidates: [one], weights: .standard, limit: 5).items.map(\.videoID) == [one])
    }

    @Test func `a stranger gets the priors`() {
        let page = Self.ranker.feed(user: "nobody-knows-me", weights: .standard, limit: 20)
        #expect(page.isColdStart)
        #expect(page.items.count == 20)
        #expect(page.candidateCount == 600)
        for item in page.items {
            #expect(item.scores.affinity == 0)
            #expect(item.becauseOf == nil)
        }
        #expect(Self.ranker.feed(user: "somebody-else", weights: .standard, limit: 20) == page)
    }

    @Test func `taste shows: affinity names a watched video as its reason`() throws {
        let data = Self.ranker.data
        let page = Self.ranker.feed(user: "u007", weights: try only(.affinity), limit: 10)
        let watched = Set(data.events.filter { $0.user == 6 }.map { data.videos[$0.video].id })
        let first = try #require(page.items.first)
        #expect(first.scores.affinity > 0.2)
        #expect(watched.contains(try #require(first.becauseOf)))
    }

    @Test(arguments: RankingComponent.allCases)
    func `with all the weight on one component it decides alone`(component: RankingComponent) throws {
        let weights = try only(component)
        let page = Self.ranker.feed(user: "u003", weights: weights, limit: 20)
        for item in page.items {
            #expect(item.score == Points(weight: Percent(100), score: item.scores[component]))
        }
        let best = Self.ranker.score(user: 2, candidates: Array(Self.ranker.data.videos.indices), weights: weights)
            .filter { scored in !Self.ranker.data.events.contains { $0.user == 2 && $0.video == scored.video } }.map(\.points).max()
        #expect(page.items.first?.score == best)
    }

    @Test func `other weights give another order`() throws {
        let standard = Self.ranker.feed(user: "u003", weights: .standard, limit: 10).items.map(\.videoID)
        let fresh = try RankingWeights(
            freshness: Percent(60), completion: Percent(10), engagement: Percent(10), affinity: Percent(15), deepLearning: Percent(5))
        #expect(Self.ranker.feed(user: "u003", weights: fresh, limit: 10).items.map(\.videoID) != standard)
    }

    @Test func `the same data and question give the same answer from another instance`() {
        let other = Ranker(data: SeededData.standard.make())
        for user in ["u001", "u100", "u200", "stranger"] {
            #expect(
                other.feed(user: user, weights: .standard, limit: 100) == Self.ranker.feed(user: user, weights: .standard, limit: 100))
        }
    }

    @Test func `candidates in any order, doubled or unknown`() {
        let names = ["v010", "v020", "ghost", "v030", "v010", "ghost", "", "v040"]
        let page = Self.ranker.rank(user: "u001", candidates: names, weights: .standard, limit: 10)
        #expect(Set(page.items.map(\.videoID)) == ["v010", "v020", "v030", "v040"])
        #expect(page.items.count == 4)
        #expect(page.unknownCandidates == ["ghost", ""])
        let turned = Self.ranker.rank(user: "u001", candidates: names.reversed(), weights: .standard, limit: 10)
        #expect(turned.items == page.items)
        #expect(Self.ranker.rank(user: "u001", candidates: [], weights: .standard, limit: 10).items.isEmpty)
    }

    @Test func `limits hold`() {
        #expect(Self.ranker.feed(user: "u001", weights: .standard, limit: 0).items.isEmpty)
        #expect(Self.ranker.feed(user: "u001", weights: .standard, limit: -1).items.isEmpty)
        #expect(Self.ranker.feed(user: "u001", weights: .standard, limit: Int.max).items.count == RankingLimits.pageItems)
    }

    @Test func `the feed beats popularity at finding what a user watched next`() {
        // Leave-last-out: hide each active user's newest pleasant video and look for it in the first 50.
        let full = SeededData.standard.make()
        var newest: [Int: WatchEvent] = [:]
        for event in full.events where full.watchRatio(event) >= 0.5 && event.ageSeconds < (newest[event.user]?.ageSeconds ?? .max) {
            newest[event.user] = event
        }
        let counts = Dictionary(grouping: full.events, by: \.user).mapValues(\.count)
        let hidden = newest.filter { counts[$0.key, default: 0] >= 15 }
        let data = RankingData(
            asOfUnixSeconds: full.asOfUnixSeconds, users: full.users, creators: full.creators, videos: full.videos,
            events: full.events.filter { hidden[$0.user] != $0 })
        let ranker = Ranker(data: data)
        let shown = Dictionary(grouping: data.events, by: \.video).mapValues(\.count)
        var (hits, popularHits) = (0, 0)
        for (user, event) in hidden {
            let page = ranker.feed(user: full.users[user], weights: .standard, limit: 50)
            if page.items.contains(where: { $0.videoID == full.videos[event.video].id }) { hits += 1 }
            let seen = Set(data.events.filter { $0.user == user }.map(\.video))
            let popular = full.videos.indices.filter { !seen.contains($0) }
                .sorted { (shown[$0] ?? 0, $1) > (shown[$1] ?? 0, $0) }.prefix(50)
            if popular.contains(event.video) { popularHits += 1 }
        }
        #expect(hidden.count > 50)
        #expect(hits > popularHits, "found \(hits) of \(hidden.count), popularity found \(popularHits)")
    }

    @Test func `rows that make no sense are left out and nothing traps`() {
        let data = RankingData(
            asOfUnixSeconds: 0, users: ["a"], creators: [],
            videos: [Video(id: "x", creator: 9, durationSeconds: 0, ageSeconds: -5)],
            events: [
                WatchEvent(user: 0, video: 0, ageSeconds: 0, watchedSeconds: .nan),
                WatchEvent(user: 4, video: 0, ageSeconds: 0, watchedSeconds: 1),
                WatchEvent(user: 0, video: -1, ageSeconds: 0, watchedSeconds: 1),
            ])
        #expect(data.events.isEmpty)
        let page = Ranker(data: data).feed(user: "a", weights: .standard, limit: 5)
        #expect(page.items.map(\.videoID) == ["x"])
        #expect(page.items[0].creatorID == "")
        let empty = Ranker(data: RankingData(asOfUnixSeconds: 0, users: [], creators: [], videos: [], events: []))
        #expect(empty.feed(user: "a", weights: .standard, limit: 5).items.isEmpty)
    }
}
