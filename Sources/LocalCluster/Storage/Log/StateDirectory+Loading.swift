internal import Logging
internal import Manifests

extension StateDirectory {
    /// What a start finds.
    struct Loaded {
        var state = StoreState()
        /// The log that is gone on with, and where its last whole record ends; nil: there is none yet.
        var log: (revision: UInt64, length: Int64)?
        var snapshotBytes: Int64 = 0
    }

    /// Reads everything. A record at the end that a crash cut off is dropped; anything else that is wrong is an error.
    func load(_ logger: Logger) throws(LocalClusterError) -> Loaded {
        var loaded = Loaded()
        var base: UInt64 = 0
        if let revision = revisions(".snapshot").last {
            base = revision
            loaded.snapshotBytes = try read(snapshot: revision, &loaded.state)
        }
        let logs = revisions(".log").filter { $0 >= base }
        for (index, revision) in logs.enumerated() {
            let isLast = index == logs.count - 1
            let outcome = try read(log: revision, mayBeCutOff: isLast, &loaded.state)
            if outcome.unfinishedBytes > 0 {
                logger.warning(
                    """
                    dropped the unfinished last record of \(log(revision)) at offset \(outcome.length) (\(outcome.unfinishedBytes) bytes): \
                    the cluster ended while it was written, and nobody was told that it was stored; all before it is kept
                    """)
            }
            loaded.log = (revision, outcome.length)
        }
        loaded.state.finishRestoring()
        return loaded
    }

    private func read(snapshot revision: UInt64, _ state: inout StoreState) throws(LocalClusterError) -> Int64 {
        let path = snapshot(revision)
        var count: Int64 = 0
        var isComplete = false
        let outcome = try LogReading.read(path, mayBeCutOff: false) { (payload, isFirst) throws(LogFrame.Damage) in
            if isFirst { return try Self.checkHead(payload, revision) }
            if payload.starts(with: Array("{\"objects\":".utf8)) {
                let end = try? JSON.parse(payload)
                guard end?["objects"]?.integer == count else { throw LogFrame.Damage("it has \(count) objects, its end says otherwise") }
                isComplete = true
                return
            }
            for change in try Self.changes(payload) {
                guard case .put(let key, let object, _) = change else { throw LogFrame.Damage("a snapshot holds objects only") }
                state.restore(key, object)
                count += 1
            }
        }
        guard isComplete else {
            throw LocalClusterError(code: .state, message: "\(path) is damaged at offset \(outcome.length): its last record is missing")
        }
        state.revision = revision
        state.forgottenUpTo = revision
        state.forgetHistory()
        return outcome.length
    }

    private func read(
        log revision: UInt64, mayBeCutOff: Bool, _ state: inout StoreState
    ) throws(LocalClusterError) -> LogReading.Outcome {
        try LogReading.read(log(revision), mayBeCutOff: mayBeCutOff) { (payload, isFirst) throws(LogFrame.Damage) in
            if isFirst {
                try Self.checkHead(payload, revision)
                guard state.revision == revision else {
                    throw LogFrame.Damage("it follows revision \(revision), what is before it ends with \(state.revision)")
                }
                return
            }
            for change in try Self.changes(payload) {
                guard change.revision == state.revision + 1 else {
                    throw LogFrame.Damage("the change of revision \(change.revision) follows revision \(state.revision)")
                }
                state.restore(change)
            }
        }
    }
}
