internal import Foundation
package import Git
package import Kustomize
internal import Manifests
internal import Synchronization

/// The repositories of other hosts that kustomizations may name, each in a mirror of its own. No credentials are ever sent to them.
package final class RemoteBases: Sendable {
    private let hosts: Set<String>
    private let folder: String
    private let caFile: String?
    private let mirrors = Mutex<[String: Mirror]>([:])

    /// - Parameters:
    ///   - hosts: `github.com`, `git.example.com:8443`; `http://` in front allows a host without encryption.
    ///   - folder: where the mirrors are kept. It is made when something is fetched.
    ///   - caFile: the only authorities to trust; the system's otherwise.
    package init(hosts: [String], folder: String, caFile: String? = nil) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.folder = folder
        self.caFile = caFile
    }

    package static func isHost(_ text: String) -> Bool {
        text.lowercased().wholeMatch(of: /(?:http:\/\/)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?/) != nil
    }

    /// What rendering sees of them. Looking for a tree blocks, as reading the watched repository does.
    package var trees: RemoteTrees {
        RemoteTrees(
            isAllowed: { [self] url in isAllowed(url) },
            find: { [self] tree in
                guard let id = CommitID(tree.commit) else { return nil }
                return try mirror(of: tree.url).openTree(at: id).map { GitFiles(tree: $0) }
            })
    }

    package func fetch(_ tree: RemoteTree) async throws(GitError) {
        guard isAllowed(tree.url), let id = CommitID(tree.commit) else {
            throw GitError(code: .invalidConfiguration, message: "\(tree.url) is not among the hosts that are allowed for remote bases")
        }
        try await mirror(of: tree.url).fetch(commit: id)
    }

    /// Renders, and fetches and renders again as long as a remote base is found to be missing.
    package func rendering<Success>(_ render: () throws(ControllerError) -> Success) async throws(ControllerError) -> Success {
        var fetched: Set<RemoteTree> = []
        while true {
            do throws(ControllerError) {
                return try render()
            } catch {
                guard let tree = error.neededTree, fetched.count < Limits.remoteFetches, fetched.insert(tree).inserted else { throw error }
                do throws(GitError) {
                    try await fetch(tree)
                } catch let failure {
                    throw error.unfetched(because: failure)
                }
            }
        }
    }

    package func close() async {
        for mirror in mirrors.withLock({ Array($0.values) }) { await mirror.close() }
    }

    private func isAllowed(_ url: String) -> Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return false }
        return hosts.contains(parts[0] == "https:" ? parts[2].lowercased() : "\(parts[0])//\(parts[2])".lowercased())
    }

    private func mirror(of url: String) throws(GitError) -> Mirror {
        if let known = mirrors.withLock({ $0[url] }) { return known }
        var remote = GitRemote(url: url, timeouts: GitTimeouts(fetch: Limits.remoteFetchDeadline))
        if let caFile {
            do { remote.caPEM = [UInt8](try Data(contentsOf: URL(fileURLWithPath: caFile))) } catch {
                throw GitError(code: .tls, message: "\(caFile): cannot be read: \(error.localizedDescription)")
            }
        }
        let made = try Mirror(path: "\(folder)/\(SHA256.hex(Array(url.utf8)).prefix(24)).git", remote: remote)
        return mirrors.withLock { mirrors in
            let mirror = mirrors[url] ?? made
            mirrors[url] = mirror
            return mirror
        }
    }
}

extension ControllerError {
    /// The same place, and why what is named there could not be had.
    func unfetched(because failure: GitError) -> ControllerError {
        ControllerError(code, "\(message): \(failure.message)")
    }
}
