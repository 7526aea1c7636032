internal import Delivery
internal import Kustomize
internal import Manifests
internal import Verification
internal import YAML

/// The executables and Jobs that a policy names: a Revision without them could not be verified.
extension RepositoryRenderer {
    func testFindings(_ policy: EnvironmentPolicy) -> [Finding] {
        var findings: [Finding] = []
        for hook in policy.verification.hooks {
            if let problem = problem(withExecutable: hook.path) { findings.append(Self.finding(.missingFile, hook.path, problem)) }
        }
        // Only what is in it is looked at: the Release and its Revision are not known yet.
        let facts = ReleaseFacts(
            environment: policy.name, namespace: policy.target.namespace, release: 0, revision: "", bundle: "",
            since: Timestamp(milliseconds: 0))
        for job in policy.verification.jobs {
            do throws(ControllerError) {
                let (document, _) = try document(at: job.path)
                do throws(VerificationError) {
                    _ = try JobManifest.prepared([document], path: job.path, timeout: job.timeout, facts: facts)
                } catch {
                    findings.append(Self.finding(.document(.policy, .invalidValue), job.path, error.message))
                }
            } catch {
                findings += error.findings
            }
        }
        return findings
    }

    private func problem(withExecutable path: String) -> String? {
        do {
            switch try files.kind(of: path) {
            case .file(let size)? where size > Limits.hookBytes: return "\(size) bytes; an executable may have \(Limits.hookBytes)"
            case .file(let size)? where size == 0: return "is empty, and cannot be run"
            case .file?:
                // Read so that it is known for a file of this Environment.
                _ = try files.read(path)
                return nil
            case .directory?, .symbolicLink?, .submodule?: return "not a plain file"
            case nil: return "no such file in the repository"
            }
        } catch {
            return "cannot be read: \(error)"
        }
    }

    private static func finding(_ rule: FindingRule, _ path: String, _ message: String) -> Finding {
        Finding(.error, rule, at: SourcePosition(file: path, line: 0, column: 0), message)
    }
}
