internal import Journal

extension Journal {
    /// A look at what is stored, and then a word upon it. Somebody else may store their next step between the two: then it is looked at again.
    func lookingAgain<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        for _ in 1..<Limits.looksAgain {
            do {
                return try await body()
            } catch let error as JournalError where error.code == .stale || error.code == .conflict {
                continue
            }
        }
        return try await body()
    }
}
