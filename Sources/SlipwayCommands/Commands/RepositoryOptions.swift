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
    func withFiles<Success: Sendable>(_ body: @escaping @Sendable (any FileProvider) throws -> Success) async throws -> Success {
        guard let revision else { return try body(FolderFiles(root: root)) }
        do {
            return try await LocalRepository(folder: root).withTree(at: revision) { tree, prefix in
                try body(SubfolderFiles(GitFiles(tree: tree), folder: prefix))
            }
        } catch let error as GitError {
            throw CommandError(.error, error.message)
        }
    }
}
