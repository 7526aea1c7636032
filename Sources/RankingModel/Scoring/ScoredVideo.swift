/// One candidate with its scores, before the page is put in order.
struct ScoredVideo: Sendable {
    var video: Int
    var scores: ComponentScores
    var points: Points
    /// The watched video that speaks most for this one.
    var because: Int?
}
