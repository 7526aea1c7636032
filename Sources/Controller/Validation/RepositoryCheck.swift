package import Kustomize
package import Manifests
internal import YAML

/// What is found in a repository so far, and what was rendered, for further checks.
package struct RepositoryCheck: Sendable {
    private let files: any FileProvider
    private var list = FindingList()
    /// What each Environment renders to, in the order of their names.
    package internal(set) var renderings: [(name: String, rendering: Rendering)] = []
    /// Remote bases that have to be fetched; then another check may find less.
    package internal(set) var neededTrees: Set<RemoteTree> = []
    /// The CustomResourceDefinitions that stand in the repository.
    package private(set) var customResources = CustomResourceSchemas()

    init(files: any FileProvider) { self.files = files }

    /// By file, line and column.
    package var findings: [Finding] { list.sorted() }

    mutating func add(_ finding: Finding, _ environments: [String]) {
        var finding = finding
        finding.environments = environments
        list.add(finding)
    }

    /// Reads the documents of a file for what is wrong with their text, and for definitions of custom resources.
    mutating func addDocuments(of path: String, _ environments: [String]) {
        let bytes: [UInt8]
        do { bytes = try files.read(path) } catch {
            let place = SourcePosition(file: path, line: 0, column: 0)
            return add(Finding(.error, .missingFile, at: place, "cannot be read: \(error)"), environments)
        }
        let (documents, problems) = YAML.lenientlyParsed(bytes, file: path)
        for problem in problems { add(Finding(problem), environments) }
        for document in documents { customResources.add(document) }
    }

    /// The kinds of all objects that were rendered.
    package var kinds: Set<OpenAPIDocument.Kind> {
        Set(renderings.flatMap { $0.rendering.objects.compactMap(SchemaCheck.kind) })
    }

    /// Holds all objects against schemas.
    ///
    /// - Parameter lookUp: what is known of a kind that no definition of the repository describes; `nil` when nothing is.
    package mutating func checkSchemas(_ lookUp: (OpenAPIDocument.Kind) -> SchemaCheck.Known?) {
        for (_, rendering) in renderings { for object in rendering.objects { customResources.add(object) } }
        for (name, rendering) in renderings {
            for (object, source) in zip(rendering.objects, rendering.sources) {
                for problem in SchemaCheck.problems(of: object, customResources, lookUp) {
                    let position = position(of: problem, object, source)
                    add(
                        Finding(
                            .error, problem.rule, at: position, subject: problem.path.isEmpty ? "" : problem.path.text, problem.message,
                            hint: problem.hint), [name])
                }
            }
        }
    }

    /// Where a path is written in the only document of a file.
    func position(of path: [PathElement], in file: String) -> SourcePosition {
        guard let bytes = try? files.read(file), let place = YAML.position(of: path, document: 0, in: bytes, file: file) else {
            return SourcePosition(file: file, line: 0, column: 0)
        }
        return place
    }

    /// The field where it is written, or the object when the field came by a patch or a transformer.
    private func position(of problem: SchemaCheck.Problem, _ object: Value, _ source: ObjectSource) -> SourcePosition {
        let file = source.file
        guard let bytes = try? files.read(file), let documents = try? YAML.parse(bytes, file: file),
            let document = documents.first(where: { $0.index == source.document })
        else { return SourcePosition(file: file, line: 0, column: 0) }
        var path = source.path
        let written = document.value.value(at: source.path + problem.path)
        let isWrittenHere = problem.judgesPresence ? written != nil : written == object.value(at: problem.path)
        if isWrittenHere { path += problem.path }
        return YAML.position(of: path, document: source.document, in: bytes, file: file) ?? SourcePosition(file: file, line: 0, column: 0)
    }
}
