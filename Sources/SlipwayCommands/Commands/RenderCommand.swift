package import ArgumentParser
internal import Controller
internal import Foundation
internal import Kustomize
internal import Manifests
internal import YAML

package struct RenderCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print what the cluster will get.",
        discussion: """
            TARGET is the name of a folder under environments/, or the path of any folder with a kustomization.yaml. \
            With --revision nothing is checked out: files are read from the repository's own store.
            """)

    @Argument(help: "An environment of the repository, or a path.")
    var target: String

    @OptionGroup var source: RepositoryOptions

    @Flag(help: "As `kustomize build` renders the folder: without ranking weights, and a patch that matches nothing is passed over.")
    var kustomize = false

    @Option(name: [.customShort("o"), .long], help: "yaml or json.")
    var output: OutputFormat = .yaml

    @OptionGroup var sources: SourceOptions

    package init() {}

    package func run() async throws {
        let remotes = try sources.remotes()
        let objects = try await objects(remotes)
        await remotes.close()
        switch output {
        case .json: Terminal.line(JSON.string(.array(objects), pretty: true))
        case .yaml, .table: Terminal.line(YAML.emit(documents: objects, style: .kustomize).trimmingTrailingNewline())
        }
    }

    private func objects(_ remotes: RemoteBases) async throws -> [Value] {
        let (target, root, isOfRevision) = (target, source.root, source.revision != nil)
        let (sources, kustomize) = (sources, kustomize)
        // With a remote base that is missing, this is done again when it is fetched.
        return try await source.withFiles(remotes) { files throws(ControllerError) in
            do {
                let folder = "environments/\(target)"
                if case .file? = try files.kind(of: "\(folder)/environment.yaml") {
                    if kustomize { return try Self.render(folder, files, remotes, kustomize) }
                    return try sources.renderer(files: files, remotes: remotes).render(target).objects
                }
                var (base, directory) = try Self.split(target, in: root, isOfRevision: isOfRevision)
                // Seen from a folder below the root, a path may still be meant from the root.
                if base == root, try files.kind(of: directory) == nil, !target.hasPrefix("/"), !target.contains(".."),
                    try files.kind(of: target) == .directory
                {
                    directory = target
                }
                return try Self.render(directory, base == root ? files : FolderFiles(root: base), remotes, kustomize)
            } catch let error as ControllerError {
                throw error
            } catch {
                throw ControllerError(.repository, "\(target) cannot be read: \(error)")
            }
        }
    }

    private static func render(
        _ directory: String, _ files: any FileProvider, _ remotes: RemoteBases, _ asKustomize: Bool
    ) throws(ControllerError) -> [Value] {
        var options = asKustomize ? RenderOptions.kustomize : .standard
        if asKustomize { options.order = .legacy }
        do throws(RenderError) {
            return try Renderer(files: files, remotes: remotes.trees, yaml: .libyaml, options: options).render(directory).objects
        } catch {
            throw ControllerError(.render, "\(error)", neededTree: error.neededTree)
        }
    }

    /// A path inside the repository may refer to anything in it; one outside of it may leave its own folder up to the root. In a
    /// revision there is nothing outside, and a path that is not below the working directory is one from the repository's root.
    private static func split(
        _ target: String, in root: String, isOfRevision: Bool
    ) throws(ControllerError) -> (root: String, directory: String) {
        let path = URL(fileURLWithPath: target).standardizedFileURL.path
        if path == root { return (root, "") }
        let prefix = root.hasSuffix("/") ? root : root + "/"
        if path.hasPrefix(prefix) { return (root, String(path.dropFirst(prefix.count))) }
        guard isOfRevision else { return ("/", String(path.dropFirst())) }
        if target.hasPrefix("/") { throw ControllerError(.repository, "\(target) is not in the repository \(root), so no revision has it") }
        return (root, target)
    }
}
