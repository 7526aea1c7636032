internal import Delivery
internal import Git
internal import HTTPTransport
internal import Manifests
internal import Verification
internal import YAML

/// What the lanes verify with: what the operator allows, and the files of a Revision.
struct VerificationTools: Sendable {
    typealias ReadFile = @Sendable (_ revision: String, _ path: String) async throws(VerificationError) -> [UInt8]

    var options = VerificationOptions()
    /// `nil` where nothing outside of the cluster is asked.
    var http: HTTPClient?
    var readFile: ReadFile = { _, path throws(VerificationError) in throw VerificationError("\(path) is not at hand here") }

    /// One for each lane: it remembers what has passed.
    func runner() -> VerificationRunner {
        VerificationRunner(options: options, http: http ?? HTTPClient()) { bytes, path throws(VerificationError) in
            do throws(YAMLError) {
                return try YAML.parse(bytes, file: path).map(\.value)
            } catch {
                throw VerificationError("\(error)")
            }
        }
    }

    /// The files of a Revision out of the mirror, which has them while the remote is away.
    static func files(of mirror: Mirror) -> ReadFile {
        { revision, path throws(VerificationError) in
            guard let id = CommitID(revision) else { throw VerificationError("\(revision) is no commit") }
            do {
                return try await mirror.withTree(at: id) { tree in try tree.read(path) }
            } catch let error as GitError {
                throw VerificationError(error.message, isTransient: error.isTransient)
            } catch {
                throw VerificationError("\(path): \(error)", isTransient: true)
            }
        }
    }
}
