package import ArgumentParser
internal import Controller
internal import Git
internal import Kubernetes
internal import Kustomize
internal import Manifests
internal import YAML

package struct ValidateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a whole repository; all errors in one run.",
        discussion: """
            Every document, every kustomization and every environment is checked for itself. With --context, --kubeconfig or --cluster \
            the objects are also held against the schemas of that cluster. Warnings alone leave the exit code at 0.
            """)

    package enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case table, json, yaml, sarif
    }

    @Argument(help: "The root of the repository.")
    var repository = "."

    @Option(help: ArgumentHelp("Only what concerns this environment.", valueName: "name"))
    var environment: String?

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var sources: SourceOptions

    @Option(name: [.customShort("o"), .long], help: "table, json, yaml or sarif.")
    var output: Format = .table

    package init() {}

    package func run() async throws {
        let client = try cluster.client()
        let remotes = try sources.remotes()
        var check = try await check(remotes)
        await remotes.close()
        let schemas = await Self.schemas(client, check.kinds)
        check.checkSchemas(schemas.lookUp)
        let report = ValidationReport(check, schemas: schemas.state)
        switch output {
        case .table: Terminal.line(report.table)
        case .json: Terminal.line(JSON.string(report.document, pretty: true))
        case .yaml: Terminal.line(YAML.emit(report.document).trimmingTrailingNewline())
        case .sarif: Terminal.line(JSON.string(SARIF.log(of: report.findings), pretty: true))
        }
        if let note = schemas.state.note { Terminal.progress("note: \(note)") }
        if report.errors > 0 { throw ExitCode(CommandExit.error.rawValue) }
    }

    /// Checks, and checks again with the remote bases that were missing. One that cannot be had is a finding, and its reason a note.
    private func check(_ remotes: RemoteBases) async throws(ControllerError) -> RepositoryCheck {
        let sources = sources
        let validator = RepositoryValidator(files: FolderFiles(root: repository)) { files in
            sources.renderer(files: files, remotes: remotes)
        }
        var asked: Set<RemoteTree> = []
        while true {
            let check = try validator.validate(only: environment)
            let missing = check.neededTrees.subtracting(asked)
            if missing.isEmpty || asked.count > Self.remoteFetches { return check }
            for tree in missing.sorted(by: { ($0.url, $0.commit) < ($1.url, $1.commit) }) {
                asked.insert(tree)
                do throws(GitError) { try await remotes.fetch(tree) } catch { Terminal.progress("note: \(tree.url): \(error.message)") }
            }
        }
    }

    /// Remote bases that one command fetches.
    private static let remoteFetches = 20

    private static func schemas(
        _ client: KubernetesClient?, _ kinds: Set<OpenAPIDocument.Kind>
    ) async -> (state: ValidationReport.Schemas, lookUp: (OpenAPIDocument.Kind) -> SchemaCheck.Known?) {
        guard let client else {
            let note = "objects are not held against a cluster's schemas; name one with --context, --kubeconfig or --cluster"
            return (.skipped(note: note), { _ in nil })
        }
        do throws(KubernetesError) {
            let schemas = try await client.schemas(of: kinds)
            return (
                .checked(server: client.server),
                { kind in
                    switch schemas.look(up: kind) {
                    case .schema(let schema, let document): .schema(schema, in: document)
                    case .unpublished: nil
                    case .unknownKind(let nearest):
                        schemas.isUnavailable(group: kind.group, version: kind.version) ? nil : .unknownKind(nearest: nearest)
                    case .unknownVersion(let served): .unknownVersion(served: served)
                    }
                }
            )
        } catch {
            return (.skipped(note: "objects are not held against the cluster's schemas: \(error.message)"), { _ in nil })
        }
    }
}
