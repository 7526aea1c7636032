internal import ChildProcesses
internal import Glibc

/// One run of `ssh-keygen` or `gpgv`: nothing of this process' environment, no configuration, bounds on time and output.
struct SignatureProgram {
    let program: String
    let folder: SignatureFolder
    /// What cannot be done without it, and what that means.
    var purpose = "signatures cannot be verified"
    var consequence = "Nothing new is deployed until it can"

    struct Answer {
        var status: Int
        var output: String
        var errors: String

        var isSuccess: Bool { status == 0 }
        /// What it said, in one line.
        var words: String {
            errors.split(whereSeparator: \.isNewline).prefix(3).map(String.init).joined(separator: "; ")
        }
    }

    /// - Throws: when there is no answer: the program is missing, hangs, or was killed. That is never a verdict.
    func run(_ arguments: [String], input: [UInt8] = []) throws(GitError) -> Answer {
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        let environment = ["PATH=\(path)", "LC_ALL=C", "HOME=\(folder.path)", "GNUPGHOME=\(folder.path)"]
        let run: ProgramRun
        do throws(SystemFailure) {
            run = try ProgramRun.run(
                program: program, arguments: arguments, environment: environment, input: input,
                deadline: GitProcessLimits.programDeadline, outputBytes: GitProcessLimits.programOutputBytes)
        } catch {
            throw unavailable(error.reason)
        }
        let output = String(decoding: run.output, as: UTF8.self)
        switch run.ending {
        case .exited(status: 126), .exited(status: 127): throw unavailable("it ended at once. \(run.errors.prefix(200))")
        case .exited(let status) where status > 128 && status < 160: throw unavailable("signal \(status - 128) ended it")
        case .exited(let status):
            // Names of our own files say nothing to a reader.
            return Answer(status: status, output: output, errors: run.errors.replacing("\(folder.path)/", with: ""))
        case .timedOut: throw unavailable("it did not end within \(GitProcessLimits.programDeadline)")
        case .tooMuchOutput: throw unavailable("it wrote more than \(GitProcessLimits.programOutputBytes) bytes")
        }
    }

    private func unavailable(_ reason: String) -> GitError {
        GitError(
            code: .unsupported,
            message:
                "\(purpose): \(program) cannot be run: \(reason). \(consequence): install \(program.hasSuffix("gpgv") ? "gpgv" : "openssh-client") on the controller's machine",
            isTransient: true)
    }
}
