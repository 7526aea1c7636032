internal import Console
internal import Controller
internal import Delivery
internal import Journal
internal import Manifests

/// The reading commands ask the controller, and when it is down they look into the Journal themselves: at 3 a.m. the controller may be
/// the thing that is broken.
struct Reading {
    let connection: ConnectionOptions

    func ask(_ path: String, orFromJournal read: (Journal) async throws -> Value) async throws -> Value {
        let client = try connection.client()
        do {
            return try await client.get(path)
        } catch let unreachable as ControlClient.Unreachable {
            guard client.socket != nil, let journal = journal() else { throw CommandError(.error, unreachable.message) }
            Terminal.progress("the controller is not running; this is what its journal says")
            do {
                return try await read(journal)
            } catch let error as JournalError {
                throw CommandError(.error, error.message)
            }
        }
    }

    /// The Journal of the state directory, opened for reading only; `nil` when there is none.
    private func journal() -> Journal? {
        do {
            return try StateDirectory(existing: connection.stateDirectory)?.openJournal(readOnly: true)
        } catch {
            Terminal.error(error.message)
            return nil
        }
    }
}
