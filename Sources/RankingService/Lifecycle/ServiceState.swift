internal import RankingModel
internal import Synchronization

/// Where the process is between start and stop. Goes one way: starting, ready, draining.
final class ServiceState: Sendable {
    enum Phase: String, Sendable {
        case starting
        case ready
        case draining
    }

    /// A box, so that a request copies one reference and not the parts of the model.
    final class Model: Sendable {
        let ranker: Ranker
        init(ranker: Ranker) { self.ranker = ranker }
    }

    private struct Contents {
        var phase = Phase.starting
        var model: Model?
    }

    private let contents = Mutex(Contents())

    var phase: Phase { contents.withLock { $0.phase } }

    /// What a request needs to know, read at once.
    var view: (phase: Phase, model: Model?) { contents.withLock { ($0.phase, $0.model) } }

    /// The model may be finished after the order to stop; then it only serves what still comes in.
    func finishStarting(with ranker: Ranker) {
        let model = Model(ranker: ranker)
        contents.withLock { contents in
            contents.model = model
            if contents.phase == .starting { contents.phase = .ready }
        }
    }

    func startDraining() { contents.withLock { $0.phase = .draining } }
}
