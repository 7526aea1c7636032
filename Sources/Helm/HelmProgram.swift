internal import ChildProcesses
internal import Foundation
internal import Synchronization

/// The program `helm` of this machine. It is started without a shell, with an environment of our own and a home that is empty.
package final class HelmProgram: Sendable {
    private let name: String
    private let searchPath: String
    private let knownVersion = Mutex<String?>(nil)

    /// - Parameters:
    ///   - name: a path, or a name that is looked for in `searchPath`.
    ///   - searchPath: folders, separated by colons; those of this process unless told otherwise.
    package init(_ name: String = "helm", searchPath: String? = nil) {
        self.name = name
        self.searchPath = searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Such as `v3.17.0+g301108e`. Asked for once.
    package func version() throws(HelmError) -> String {
        if let known = knownVersion.withLock({ $0 }) { return known }
        let folder = try PrivateFolder()
        let run = try run(["version", "--short"], folder, deadline: HelmLimits.versionDeadline, outputBytes: HelmLimits.versionBytes)
        let text = String(decoding: run.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard run.ending == .exited(status: 0), !text.isEmpty, text.count <= 100, !text.contains(where: \.isNewline) else {
            throw HelmError(.missingProgram, "\(try location()) is not Helm 3 or 4: it does not answer \"version --short\"")
        }
        knownVersion.withLock { $0 = text }
        return text
    }

    func run(_ arguments: [String], _ folder: PrivateFolder, deadline: Duration, outputBytes: Int) throws(HelmError) -> ProgramRun {
        let program = try location()
        do throws(SystemFailure) {
            return try ProgramRun.run(
                program: program, arguments: arguments, environment: Self.environment(home: folder.path), deadline: deadline,
                outputBytes: outputBytes)
        } catch {
            throw HelmError(.missingProgram, "\(program) cannot be started: \(error.reason)")
        }
    }

    /// Nothing of ours is passed on: no cluster, no proxy, no plugins, no configuration of a user.
    private static func environment(home: String) -> [String] {
        [
            "HOME=\(home)", "TMPDIR=\(home)", "HELM_CACHE_HOME=\(home)/cache", "HELM_CONFIG_HOME=\(home)/config",
            "HELM_DATA_HOME=\(home)/data", "HELM_PLUGINS=\(home)/plugins", "HELM_NO_PLUGINS=1", "KUBECONFIG=/dev/null", "LC_ALL=C",
            // Helm fetches what a chart's JSON schema refers to. A proxy that nobody is refuses that, except on this machine itself.
            "HTTP_PROXY=http://127.0.0.1:9", "HTTPS_PROXY=http://127.0.0.1:9",
        ]
    }

    private func location() throws(HelmError) -> String {
        if name.contains("/") {
            guard access(name, X_OK) == 0 else { throw missing("there is no program \(name)") }
            return name
        }
        for folder in searchPath.split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 { return path }
        }
        throw missing("\(name) is in none of \(searchPath.split(separator: ":").joined(separator: ", "))")
    }

    private func missing(_ reason: String) -> HelmError {
        HelmError(
            .missingProgram,
            "charts are rendered by the program helm, and \(reason); install Helm 3 or 4 (https://helm.sh/docs/intro/install/) where the "
                + "rendering runs, or tell its path (render.helm in the controller's configuration, --helm on the command line)")
    }
}
