import Manifests

/// Looks at kustomizations one by one, without rendering, and finds all that is wrong with each: every field that is unknown or of the
/// wrong type, every file that is missing or cannot be read. What only shows when objects are transformed is left to rendering.
package struct KustomizationSurvey: Sendable {
    private let files: any FileProvider
    private let yaml: YAMLReader
    private let limits: RenderLimits
    private let options: RenderOptions

    package init(
        files: any FileProvider, yaml: YAMLReader, limits: RenderLimits = .standard, options: RenderOptions = .standard
    ) {
        self.files = files
        self.yaml = yaml
        self.limits = limits
        self.options = options
    }

    /// The names under which a folder may hold its kustomization.
    package static let fileNames = Kustomization.fileNames

    /// - Parameter directory: a folder of the tree, normalised. One that holds no kustomization is a problem of the report.
    package func report(on directory: String) -> KustomizationReport {
        var look = Look(
            reader: TreeReader(files: files, remotes: .refused, yaml: yaml, limits: limits, options: options), directory: directory,
            report: KustomizationReport(file: directory))
        look.run()
        return look.report
    }
}

/// The look at one kustomization. Each check throws its first error, which is noted, and the next one begins.
private struct Look {
    let reader: TreeReader
    let directory: String
    var report: KustomizationReport
    private let collected = ProblemList()

    init(reader: TreeReader, directory: String, report: KustomizationReport) {
        self.reader = reader
        self.directory = directory
        self.report = report
    }

    mutating func run() {
        let place = Located(content: directory, path: [], context: reader.context(directory))
        do throws(RenderError) {
            let loader = KustomizationLoader(reader: reader)
            report.file = try loader.file(of: directory, named: place)
            look(at: try loader.load(directory, named: place, problems: collected))
        } catch {
            report.problems.append(error)
        }
        report.problems = collected.errors + report.problems
        report.files = reader.filesRead
    }

    private mutating func check(_ body: (inout Self) throws(RenderError) -> Void) {
        do throws(RenderError) { try body(&self) } catch { report.problems.append(error) }
    }

    private mutating func look(at kustomization: Kustomization) {
        for entry in kustomization.resources { check { look throws(RenderError) in try look.resource(entry) } }
        for entry in kustomization.components { check { look throws(RenderError) in try look.component(entry) } }
        for entry in kustomization.configurations { check { look throws(RenderError) in try look.configuration(entry) } }
        for entry in kustomization.crds + [kustomization.openAPIPath].compactMap({ $0 }) {
            check { look throws(RenderError) in _ = try look.reader.documents(entry, in: look.directory) }
        }
        for entry in kustomization.generators + kustomization.transformers + kustomization.validators {
            check { look throws(RenderError) in try look.plugin(entry) }
        }
        generators(kustomization.configMaps + kustomization.secrets)
        patches(kustomization)
        for entry in kustomization.replacements {
            check { look throws(RenderError) in
                _ = try ReplacementReader(reader: look.reader, directory: look.directory).transformer([entry])
            }
        }
    }

    /// A folder with a kustomization, or a file whose every document is judged.
    private mutating func resource(_ entry: Located<String>) throws(RenderError) {
        // Whether another host may be asked, and what it has, rendering finds out.
        if reader.isRemote(entry.content, in: directory) { return }
        let path = try reader.resolve(entry, in: directory)
        let kind = try reader.kind(path, named: entry)
        try reader.requireReadable(kind, path, entry)
        if kind == .directory { return try folder(path, entry) }
        let (file, values) = try reader.documents(entry, in: directory)
        do throws(RenderError) {
            _ = try ResourceReader(reader: reader).resources(values, file)
        } catch {
            if values.count == 1 { throw error }
            documents(values, file)
        }
    }

    private mutating func documents(_ values: [Value], _ file: String) {
        for (document, value) in values.enumerated() {
            // The others are taken as empty, so that each keeps its place.
            var alone = [Value](repeating: .null, count: document)
            alone.append(value)
            check { look throws(RenderError) in _ = try ResourceReader(reader: look.reader).resources(alone, file) }
        }
    }

    private mutating func folder(_ path: String, _ entry: Located<String>) throws(RenderError) {
        _ = try KustomizationLoader(reader: reader).file(of: path, named: entry)
        report.folders.append(path)
    }

    private mutating func component(_ entry: Located<String>) throws(RenderError) {
        if reader.isRemote(entry.content, in: directory) { return }
        let path = try reader.resolve(entry, in: directory)
        let kind = try reader.kind(path, named: entry)
        try reader.requireReadable(kind, path, entry)
        guard kind == .directory else { throw entry.error(.fileNotFound, "the component \(path) is not a folder") }
        try folder(path, entry)
    }

    private func configuration(_ entry: Located<String>) throws(RenderError) {
        var configuration = TransformerConfiguration.standard
        let (path, values) = try reader.documents(entry, in: directory)
        for (document, value) in values.enumerated() where !value.isNull {
            var context = reader.context(path, document: document)
            context.problems = collected
            try configuration.add(reading: value, in: context)
        }
    }

    private mutating func plugin(_ entry: Located<String>) throws(RenderError) {
        if try PluginReader(reader: reader, directory: directory).inline(entry) != nil { return }
        try resource(entry)
    }

    private mutating func generators(_ rules: [GeneratorRule]) {
        let before = reader.filesRead
        for rule in rules {
            check { look throws(RenderError) in
                _ = try KeyValueSources(rule: rule, directory: look.directory, reader: look.reader).load()
            }
        }
        report.dataFiles = reader.filesRead.subtracting(before)
    }

    private mutating func patches(_ kustomization: Kustomization) {
        let patches = PatchReader(reader: reader, directory: directory)
        for rule in kustomization.patches { check { _ throws(RenderError) in _ = try patches.transformer(rule) } }
        for entry in kustomization.patchesStrategicMerge { check { _ throws(RenderError) in _ = try patches.strategicMerge(entry) } }
        for rule in kustomization.patchesJson6902 { check { _ throws(RenderError) in _ = try patches.json6902(rule) } }
    }
}
