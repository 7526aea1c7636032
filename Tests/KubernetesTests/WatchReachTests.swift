import TestSupport
import Testing

@testable import Kubernetes

@Suite struct WatchReachTests {
    typealias Action = WatchReach.Action

    static func names(_ range: ClosedRange<Int>) -> Set<String> { Set(range.map { "n\($0)" }) }
    static func single(_ names: String...) -> [Action] { names.map { .watch(.namespace($0), keeping: nil) } }

    /// Sets have an order of their own in each process.
    static func any(of places: Set<WatchReach.Place>, using random: inout SeededGenerator) -> WatchReach.Place? {
        places.sorted { "\($0)" < "\($1)" }.randomElement(using: &random)
    }

    @Test func aFewNamespacesAreWatchedOneByOne() {
        var reach = WatchReach(keepsAll: true, singleWatches: 2)
        #expect(reach.follow(["n1"]) == Self.single("n1"))
        #expect(reach.follow(["n1"]).isEmpty)
        #expect(reach.follow(["n1", "n2"]) == Self.single("n2"))
        #expect(reach.place(of: "n2") == .namespace("n2"))
        #expect(reach.place(of: "elsewhere") == nil)
        #expect(reach.follow(["n2"]) == [.end(.namespace("n1"))])
        #expect(reach.follow([]) == [.end(.namespace("n2"))])
    }

    @Test func ofManyOneWatchTakesThePlaceWhenItIsRead() {
        var reach = WatchReach(keepsAll: true, singleWatches: 2)
        _ = reach.follow(["n1", "n2"])
        #expect(reach.follow(["n1", "n2", "n3"]) == [.watch(.everywhere(1), keeping: nil)])
        #expect(reach.place(of: "n1") == .namespace("n1"), "what is known stays in use")
        #expect(reach.place(of: "n3") == .everywhere(1), "and who has nothing waits for it")
        #expect(reach.read(.everywhere(1)) == [.end(.namespace("n1")), .end(.namespace("n2"))])
        #expect(reach.place(of: "n1") == .everywhere(1))
        #expect(reach.follow(Self.names(1...50)).isEmpty, "it has those that come later as well")
        #expect(reach.read(.everywhere(1)).isEmpty, "it was read anew")
    }

    @Test func fewAgainAreWatchedOneByOneOnceTheyAreRead() {
        var reach = WatchReach(keepsAll: true, singleWatches: 4)
        _ = reach.follow(Self.names(1...5))
        _ = reach.read(.everywhere(1))
        #expect(reach.follow(Self.names(1...3)).isEmpty, "not at once: half as many")
        #expect(reach.follow(Self.names(1...2)) == Self.single("n1", "n2"))
        #expect(reach.place(of: "n1") == .everywhere(1))
        #expect(reach.read(.namespace("n1")).isEmpty)
        #expect(reach.read(.namespace("n2")) == [.end(.everywhere(1))])
        #expect(reach.place(of: "n1") == .namespace("n1"))
    }

    @Test func ofWhatOthersHaveTooOnlyTheNamespacesAreKept() {
        var reach = WatchReach(keepsAll: false, singleWatches: 2)
        let first = Self.names(1...3)
        #expect(reach.follow(first) == [.watch(.everywhere(1), keeping: first)])
        #expect(reach.follow(Self.names(1...4)).isEmpty, "whoever comes meanwhile waits")
        #expect(reach.place(of: "n4") == .everywhere(1))
        #expect(reach.read(.everywhere(1)) == Self.single("n4"))
        _ = reach.read(.namespace("n4"))
        let all = Self.names(1...6)
        #expect(reach.follow(all) == [.watch(.everywhere(2), keeping: all)])
        #expect(reach.place(of: "n1") == .everywhere(1), "the old one is in use until then")
        #expect(reach.place(of: "n4") == .namespace("n4"))
        #expect(reach.read(.everywhere(2)) == [.end(.everywhere(1)), .end(.namespace("n4"))])
        #expect(reach.place(of: "n6") == .everywhere(2))
    }

    @Test func whereItIsRefusedTheNamespacesStayOneByOne() {
        var reach = WatchReach(keepsAll: true, singleWatches: 2)
        _ = reach.follow(Self.names(1...3))
        #expect(reach.refused(.everywhere(1)) == [.end(.everywhere(1))] + Self.single("n1", "n2", "n3"))
        #expect(reach.refused(.everywhere(1)).isEmpty)
        #expect(reach.follow(Self.names(1...4)) == Self.single("n4"))
        #expect(reach.follow(Self.names(1...6)) == [.watch(.everywhere(2), keeping: nil)], "twice as many are worth another question")
    }

    @Test func whoCameWhileItWasRefusedIsWorthAnotherQuestion() {
        var reach = WatchReach(keepsAll: false, singleWatches: 2)
        _ = reach.follow(Self.names(1...3))
        let all = Self.names(1...50)
        #expect(reach.follow(all).isEmpty)
        #expect(reach.refused(.everywhere(1)) == [.end(.everywhere(1)), .watch(.everywhere(2), keeping: all)])
        #expect(reach.refused(.everywhere(2)).count == 51)
    }

    @Test func aRightThatIsTakenAwayLater() {
        var reach = WatchReach(keepsAll: true, singleWatches: 2)
        _ = reach.follow(Self.names(1...3))
        _ = reach.read(.everywhere(1))
        #expect(reach.refused(.everywhere(1)) == [.end(.everywhere(1))] + Self.single("n1", "n2", "n3"))
    }

    /// Whatever happens in whatever order, everybody who follows has exactly one place to look at, and it is a watch that runs.
    @Test(arguments: 1...200) func everyNamespaceHasAWatch(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var reach = WatchReach(keepsAll: seed % 2 == 0, singleWatches: 3)
        var running: Set<WatchReach.Place> = []
        for _ in 1...60 {
            let actions: [Action]
            var followed: Set<String>?
            switch Int.random(in: 0..<4, using: &random) {
            case 0: actions = Self.any(of: running, using: &random).map { reach.refused($0) } ?? []
            case 1: actions = Self.any(of: running, using: &random).map { reach.read($0) } ?? []
            default:
                let names = Self.names(1...12).filter { _ in Bool.random(using: &random) }
                followed = names
                actions = reach.follow(names)
            }
            for action in actions {
                switch action {
                case .watch(let place, _): #expect(running.insert(place).inserted)
                case .end(let place): #expect(running.remove(place) != nil)
                }
            }
            guard let followed else { continue }
            for name in followed { #expect(reach.place(of: name).map(running.contains) == true) }
            let wide = running.filter { if case .everywhere = $0 { true } else { false } }
            #expect(wide.count <= 2)
            if followed.isEmpty { #expect(running.isEmpty) }
        }
    }
}
