/// Every limit of this room, with its reason.
package enum RankingLimits {
    /// Candidates that the diversity step looks at: its work grows with candidates times places.
    package static let diversityPool = 100

    /// Items of one page. A feed asks for 20 by default; nobody scrolls 200 in one answer.
    package static let pageItems = 200

    /// Neighbours kept for one video. More change the score by less than the noise of the data.
    package static let neighboursPerVideo = 20

    /// History entries that speak for a user's taste, newest first.
    package static let historyPerUser = 100
}
