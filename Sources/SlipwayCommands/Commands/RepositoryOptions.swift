package import ArgumentParser
internal import Controller
internal import Foundation
internal import Git
internal import Kustomize

/// `--repository` and `--revision`: the files that a command of the writing kind looks at.
package struct RepositoryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The root of the repository.", valueName: "directory"))
    package var repository = "."

    @Option(
        help: ArgumentHelp(
            "A branch, a tag, a commit or its first digits, or such as HEAD~1: what stands there, and not what lies in the folder.",
            valueName: "revision"))
    package var revision: String?

    package init() {}

    /// The absolute path of the root.
    var root: String { URL(fileURLWithPath: repository).standardizedFileURL.path }

    /// Runs `body` with the files of the folder, or of the revision without checking it out.
    ///
    /// - Parameter remotes: fetches the remote bases that `body` finds missing, and then it is run again.
    func withFiles<Success: Sendable>(
        _ remotes: RemoteBases? = nil,
        _ body: @escaping @Sendable (any FileProvider) throws(ControllerError) -> Success
    ) async throws -> Success {
        var fetched: Set<RemoteTree> = []
        while true {
            let result = try await onFiles(body)
            guard case .failure(let error) = result, let remotes, let tree = error.neededTree, fetched.insert(tree).inserted,
                fetched.count <= Self.remoteFetches
            else { return try result.get() }
            do throws(GitError) { try await remotes.fetch(tree) } catch { throw CommandError(.error, error.message) }
        }
    }

    /// Remote bases that one command fetches.
    private static let remoteFetches = 20

    private func onFiles<Success: Sendable>(
        _ body: @escaping @Sendable (any FileProvider) throws(ControllerError) -> Success
    ) async throws -> Result<Success, ControllerError> {
        @Sendable func run(_ files: any FileProvider) -> Result<Success, ControllerError> {
            do throws(ControllerError) { return .success(try body(files)) } catch { return .failure(error) }
        }
        guard let revision else { return run(FolderFiles(root: root)) }
        do {
            return try await LocalRepository(folder: root).withTree(at: revision) { tree, prefix in
                run(SubfolderFiles(GitFiles(tree: tree), folder: prefix))
            }
        } catch let error as GitError {
            throw CommandError(.error, error.message)
        }
    }
}
