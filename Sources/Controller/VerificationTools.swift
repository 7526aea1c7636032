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

    /// Why a Release could never be verified here, said before its first write.
    func obstacle(to verification: EnvironmentPolicy.Verification, steps: [SmokeStep]) -> String? {
        for gate in verification.metrics where options.sources[gate.source] == nil {
            let known = options.sources.keys.sorted()
            let near = NearestName.suggestion(for: gate.source, among: known).map { "; did you mean \"\($0)\"?" }
            let names = known.isEmpty ? "none" : known.joined(separator: ", ")
            return "the metric gate \(gate.name) asks the source \"\(gate.source)\", and metrics of the controller's configuration has "
                + "\(names)\(near ?? "")"
        }
        if let hook = verification.hooks.first, !options.allowsHooks {
            return "the hook \(hook.path) may not be run: the controller's configuration does not allow executables of the repository "
                + "(hooks: {allow: true})"
        }
        let origins = AllowedOrigins(hosts: options.smokeTestHosts, caFile: nil, http: nil)
        for step in steps {
            guard let origin = step.request.origin, !origins.contains(origin) else { continue }
            return
                "the smoke test step \"\(step.name)\" asks \(origin), and smokeTests.hosts of the controller's configuration does not name it"
        }
        return nil
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
