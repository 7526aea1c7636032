package import ArgumentParser
internal import Controller
internal import Delivery
internal import Foundation
internal import Kustomize
internal import Manifests
internal import YAML

package struct RenderCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print what the cluster will get.",
        discussion: "ENVIRONMENT is the name of a folder under environments/, or the path of any folder with a kustomization.yaml.")

    @Argument(help: "An environment of the repository, or a path.")
    var target: String

    @Option(help: "The root of the repository.")
    var repository = "."

    @Option(name: [.customShort("o"), .long], help: "yaml or json.")
    var output: OutputFormat = .yaml

    @OptionGroup var sources: SourceOptions

    package init() {}

    package func run() async throws {
        let remotes = try sources.remotes()
        let objects = try await remotes.rendering { () throws(ControllerError) -> [Value] in try self.objects(remotes) }
        await remotes.close()
        switch output {
        case .json: Terminal.line(JSON.string(.array(objects), pretty: true))
        case .yaml, .table: Terminal.line(YAML.emit(documents: objects).trimmingTrailingNewline())
        }
    }

    private func objects(_ remotes: RemoteBases) throws(ControllerError) -> [Value] {
        let root = FolderFiles(root: repository)
        let isEnvironment: Bool
        do { isEnvironment = try root.kind(of: "environments/\(target)/environment.yaml") != nil } catch {
            throw ControllerError(.repository, "\(repository) cannot be read: \(error)")
        }
        if isEnvironment { return try sources.renderer(files: root, remotes: remotes).render(target).objects }
        let (base, directory) = Self.split(target, in: repository)
        do throws(RenderError) {
            return try Renderer(files: FolderFiles(root: base), remotes: remotes.trees, yaml: .libyaml).render(directory).objects
        } catch {
            throw ControllerError(.render, "\(error)", neededTree: error.neededTree)
        }
    }

    /// A path inside the repository may refer to anything in it; one outside of it may leave its own folder up to the root.
    private static func split(_ target: String, in repository: String) -> (root: String, directory: String) {
        let root = URL(fileURLWithPath: repository).standardizedFileURL.path
        let path = URL(fileURLWithPath: target).standardizedFileURL.path
        if path == root { return (root, "") }
        if path.hasPrefix(root + "/") { return (root, String(path.dropFirst(root.count + 1))) }
        return ("/", String(path.dropFirst()))
    }
}

package struct ValidateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check every environment of a repository; all errors in one run.")

    @Argument(help: "The root of the repository.")
    var repository = "."

    @OptionGroup var output: OutputOptions
    @OptionGroup var sources: SourceOptions

    package init() {}

    package func run() async throws {
        let remotes = try sources.remotes()
        let renderer = sources.renderer(files: FolderFiles(root: repository), remotes: remotes)
        var results: [Value] = []
        var policies: [EnvironmentPolicy] = []
        var isValid = true
        for name in try renderer.environmentNames() {
            do throws(ControllerError) {
                let rendered = try await remotes.rendering { () throws(ControllerError) in try renderer.render(name) }
                policies.append(rendered.policy)
                results.append([
                    "environment": .string(name), "valid": true, "objects": .integer(Int64(rendered.objects.count)), "errors": [],
                ])
            } catch {
                isValid = false
                let errors = error.message.split(separator: "\n").map { Value.string(String($0)) }
                results.append(["environment": .string(name), "valid": false, "errors": .array(errors)])
            }
        }
        await remotes.close()
        let problems = isValid ? PromotionGraph.check(policies) : []
        output.write(["environments": .array(results), "promotion": .array(problems.map { .string("\($0)") })]) { document in
            ((document["promotion"]?.array ?? []).compactMap(\.string)
                + (document["environments"]?.array ?? []).map { result in
                    let name = result["environment"]?.string ?? ""
                    if result["valid"]?.bool == true { return "\(name): valid, \(result["objects"]?.integer ?? 0) objects" }
                    return (["\(name): NOT valid"] + (result["errors"]?.array ?? []).compactMap(\.string).map { "  \($0)" }).joined(
                        separator: "\n")
                }).joined(separator: "\n")
        }
        if !isValid || !problems.isEmpty { throw ExitCode(CommandExit.error.rawValue) }
    }
}
