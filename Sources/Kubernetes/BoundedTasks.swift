/// Runs one task an element, at most `limit` at once, and gives the results in the elements' order.
enum BoundedTasks {
    static func run<Element: Sendable, Success: Sendable>(
        _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) async -> Success
    ) async -> [Success] {
        await withTaskGroup(of: (Int, Success).self) { group in
            var results = [Success?](repeating: nil, count: elements.count)
            var next = 0
            func start() {
                guard next < elements.count else { return }
                let (position, element) = (next, elements[next])
                next += 1
                group.addTask { (position, await body(element)) }
            }
            for _ in 0..<max(1, limit) { start() }
            for await (position, result) in group {
                results[position] = result
                start()
            }
            return results.compactMap { $0 }  // all are there: the group ends when every task has
        }
    }
}
