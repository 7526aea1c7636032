/// The faults in force; pure. A request meets the first rule in the order of their setting that matches it and has not missed it by its
/// fraction.
package struct FaultPlan: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let id: Int
        package let rule: FaultRule
        package let setAt: Timestamp
        package fileprivate(set) var used = 0
        fileprivate var random: UInt64
    }

    package private(set) var entries: [Entry] = []
    private var nextID = 1

    /// A test sets a handful; more is a mistake that would slow down every request.
    package static let maximumRules = 100

    package init() {}

    /// - Returns: the rule's number; nil when there are too many.
    @discardableResult
    package mutating func add(_ rule: FaultRule, at time: Timestamp) -> Int? {
        guard entries.count < Self.maximumRules else { return nil }
        entries.append(Entry(id: nextID, rule: rule, setAt: time, random: rule.seed))
        nextID += 1
        return nextID - 1
    }

    /// - Returns: whether there was such a rule.
    @discardableResult
    package mutating func remove(_ id: Int) -> Bool {
        let before = entries.count
        entries.removeAll { $0.id == id }
        return entries.count != before
    }

    package mutating func removeAll() { entries = [] }

    /// What the request meets; counts it.
    package mutating func fault(for request: FaultMatch, isContinued: Bool = false, at time: Timestamp) -> Fault? {
        for index in entries.indices {
            let rule = entries[index].rule
            guard rule.match.matches(request), Self.applies(rule.fault, request, isContinued), Self.isActive(entries[index], time) else {
                continue
            }
            if let count = rule.count, entries[index].used >= count { continue }
            if rule.fraction < 1, Self.draw(&entries[index].random) >= rule.fraction { continue }
            entries[index].used += 1
            return rule.fault
        }
        return nil
    }

    private static func applies(_ fault: Fault, _ request: FaultMatch, _ isContinued: Bool) -> Bool {
        switch fault {
        case .slowWatch, .closeWatch: request.verb == "watch"
        case .expired: request.verb == "watch" || isContinued
        case .delay, .dropBefore, .dropAfter, .hang, .status: true
        }
    }

    private static func isActive(_ entry: Entry, _ time: Timestamp) -> Bool {
        let begin = entry.setAt + (entry.rule.after ?? .zero)
        guard time >= begin else { return false }
        return entry.rule.lasts.map { time < begin + $0 } ?? true
    }

    /// The next number of a SplitMix64 sequence, 0 up to 1.
    private static func draw(_ state: inout UInt64) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(UInt64(1) << 53)
    }
}
