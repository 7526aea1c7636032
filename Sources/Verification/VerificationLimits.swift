/// The bounds of verification, with their reasons.
enum VerificationLimits {
    /// A step that takes longer than this is not a smoke test.
    static let request: Duration = .seconds(15)
    /// Prometheus' own default for a query is two minutes; a Gate that needs so long is asked too much, and asked again all the time.
    static let query: Duration = .seconds(15)
    /// Of one answer of Prometheus: the most series times the most samples take about two megabytes.
    static let answerBytes = 4 << 20
    /// Of one query. More are a query that forgot to aggregate.
    static let series = 50
    /// Of a smoke test's answer.
    static let bodyBytes = 1 << 20
    /// Of a file that holds a token, a password or authorities.
    static let credentialBytes = 1 << 20
    /// Of an executable or a manifest that is taken out of the repository.
    static let fileBytes = 8 << 20
    /// What a hook may write before it is ended: it is a test, not a dump.
    static let hookOutputBytes = 1 << 20
    /// What of it is kept, for its last lines.
    static let hookTailBytes = 16 << 10
    /// How long what has written everything may take to end.
    static let hookEnding: Duration = .seconds(2)
    /// How often it is looked whether a hook has ended or is to be ended.
    static let hookPoll = 200
    /// Tries of one hook while another thread's child still holds its file open for writing, which the system takes for "busy".
    static let hookStarts = 5
    /// By how much the clock of a cluster may differ from ours before a Job looks too old.
    static let jobGrace: Duration = .seconds(30)
    /// Lines of a Job's log that are read.
    static let logLines = 40
    static let logBytes = 64 << 10
    /// Characters of a foreign message within one of ours.
    static let messageCharacters = 300
    /// A finished Job that nobody deleted is removed by the cluster.
    static let finishedJobSeconds: Int64 = 3600
    /// Jobs of earlier Releases that one sweep removes.
    static let sweptJobs = 100
}
