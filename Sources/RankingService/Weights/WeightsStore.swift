internal import Synchronization

/// The weights that rank now, and what went wrong with newer ones. Reading it is cheap enough for every request.
package final class WeightsStore: Sendable {
    package enum Outcome: Sendable, Hashable {
        case unchanged
        case replaced(WeightsSnapshot)
        /// The last good weights go on ranking.
        case rejected(String)
    }

    private struct State {
        var current: WeightsSnapshot
        var target: String?
        var rejection: String?
    }

    private let directory: WeightsDirectory
    private let state: Mutex<State>

    /// Reads the first weights; without them nothing can be ranked. Blocking.
    package convenience init(path: String) throws(ServiceError) { try self.init(directory: WeightsDirectory(path: path)) }

    init(directory: WeightsDirectory) throws(ServiceError) {
        self.directory = directory
        let target = directory.currentTarget()
        state = Mutex(State(current: try directory.read(), target: target))
    }

    package var current: WeightsSnapshot { state.withLock { $0.current } }

    /// Why newer weights were not taken; nil while all is well.
    package var rejection: String? { state.withLock { $0.rejection } }

    /// Looks for newer weights. Only one caller at a time. Blocking.
    package func poll() -> Outcome {
        let target = directory.currentTarget()
        let known = state.withLock { ($0.target, $0.rejection) }
        // Behind an unchanged link nothing changes. Without a link, or after an error, the files have to be read to know.
        if let target, target == known.0, known.1 == nil { return .unchanged }
        do throws(ServiceError) {
            let snapshot = try directory.read()
            return state.withLock { state in
                let isNews = snapshot != state.current || state.rejection != nil
                state = State(current: snapshot, target: target, rejection: nil)
                return isNews ? .replaced(snapshot) : .unchanged
            }
        } catch {
            return state.withLock { state in
                let isNews = state.rejection != error.message || state.target != target
                state.target = target
                state.rejection = error.message
                return isNews ? .rejected(error.message) : .unchanged
            }
        }
    }
}
