internal import ArgumentParser
internal import Controller
internal import Helm
internal import Kustomize

/// What rendering may use beside the files of the repository.
struct SourceOptions: ParsableArguments {
    @Option(help: "The program that renders charts: a path, or a name that is looked for in PATH.")
    var helm = "helm"

    init() {}

    func renderer(files: any FileProvider) -> RepositoryRenderer {
        RepositoryRenderer(files: files, helm: HelmProgram(helm))
    }
}
