internal import Foundation
internal import Git

extension ControllerConfiguration.RevertCommits {
    var identity: CommitIdentity { CommitIdentity(name: name, email: email) }
}

extension ControllerConfiguration.Repository {
    /// The remote with its credentials read from their files.
    func gitRemote() throws(GitError) -> GitRemote {
        var remote = GitRemote(url: url, branch: branch)
        if let tokenFile {
            remote.credentials = .token(try secret(in: tokenFile))
        } else if let passwordFile, let username {
            remote.credentials = .userPassword(user: username, password: try secret(in: passwordFile))
        } else if let sshKeyFile, let knownHostsFile {
            remote.credentials = .sshKey(privateKeyPath: sshKeyFile, knownHostsPath: knownHostsFile)
        }
        if let caFile { remote.caPEM = try bytes(of: caFile) }
        return remote
    }

    private func secret(in path: String) throws(GitError) -> String {
        String(decoding: try bytes(of: path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func bytes(of path: String) throws(GitError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw GitError(code: .authentication, message: "\(path): cannot be read: \(error.localizedDescription)")
        }
    }
}
