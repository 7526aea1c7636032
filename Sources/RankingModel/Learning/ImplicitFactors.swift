/// Users and items as short vectors whose product predicts a value in 0...1: alternating least squares over implicit feedback
/// (Hu, Koren, Volinsky 2008). What was not observed counts as 0 with little confidence, what was observed as its value with more.
struct ImplicitFactors: Sendable {
    struct Observation: Sendable, Hashable {
        var user: Int
        var item: Int
        /// In 0...1.
        var value: Double
    }

    struct Settings: Sendable {
        var dimension = 8
        var iterations = 5
        var regularisation = 0.5
        /// How much more an observation counts than its absence.
        var confidence = 10.0
        var seed: UInt64 = 0x5EED_0FAC_7085
    }

    let dimension: Int
    let users: [Double]
    let items: [Double]

    static func fit(userCount: Int, itemCount: Int, observations: [Observation], settings: Settings = Settings()) -> ImplicitFactors {
        let dimension = max(1, settings.dimension)
        var random = SplitMix64(seed: settings.seed)
        let scale = 1 / Double(dimension).squareRoot()
        var users = [Double](repeating: 0, count: userCount * dimension)
        var items = (0..<(itemCount * dimension)).map { _ in random.unit() * scale }
        var byUser = Array(repeating: [(other: Int, value: Double)](), count: userCount)
        var byItem = Array(repeating: [(other: Int, value: Double)](), count: itemCount)
        for observation in observations {
            byUser[observation.user].append((observation.item, observation.value))
            byItem[observation.item].append((observation.user, observation.value))
        }
        var solver = LeastSquares(dimension: dimension, regularisation: settings.regularisation, confidence: settings.confidence)
        for _ in 0..<max(1, settings.iterations) {
            solver.update(&users, from: items, observed: byUser)
            solver.update(&items, from: users, observed: byItem)
        }
        return ImplicitFactors(dimension: dimension, users: users, items: items)
    }

    /// Not clipped: it may lie a little outside 0...1.
    func prediction(user: Int, item: Int) -> Double {
        var sum = 0.0
        for axis in 0..<dimension { sum += users[user * dimension + axis] * items[item * dimension + axis] }
        return sum
    }
}
