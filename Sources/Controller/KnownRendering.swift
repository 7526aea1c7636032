internal import Delivery
internal import Journal
internal import Kustomize

/// What an Environment rendered to and what it was made from. It stands for every later Revision in which nothing of that has changed.
struct KnownRendering: Sendable {
    var inputs: RenderInputs
    var outcome: StoredRendering.Outcome
    /// `nil` when it could not be rendered.
    var policy: EnvironmentPolicy?
    /// A newer version of that program is used when the Environment changes: an update of a tool is no change of what was merged.
    var renderedWith: String?
}

/// How one Environment of a Revision came to be known.
enum EnvironmentOutcome: Sendable {
    /// Nothing that it is made from has changed: the trees' object ids say so, and no file was read.
    case unchanged(KnownRendering)
    /// `inputs` is nil when it has to be rendered every time: a file of it has no identity, such as one behind a link, or what it lacks
    /// is no file of the tree.
    case rendered(Result<RenderedEnvironment, ControllerError>, inputs: RenderInputs?)

    /// Renders the Environment unless `known` holds for these files, too.
    static func of(
        _ files: some IdentifiedFiles, known: KnownRendering?,
        render: (any FileProvider) throws(ControllerError) -> RenderedEnvironment
    ) -> EnvironmentOutcome {
        if let known, known.inputs.hold(in: files) { return .unchanged(known) }
        let recording = RecordingFiles(files)
        do throws(ControllerError) {
            let rendered = try render(recording)
            return .rendered(.success(rendered), inputs: inputs(recording))
        } catch {
            return .rendered(.failure(error), inputs: error.neededTree == nil ? inputs(recording) : nil)
        }
    }

    private static func inputs(_ recording: RecordingFiles<some IdentifiedFiles>) -> RenderInputs? {
        do { return try recording.inputs() } catch { return nil }
    }

    var policy: EnvironmentPolicy? {
        switch self {
        case .unchanged(let known): known.policy
        case .rendered(.success(let rendered), _): rendered.policy
        case .rendered(.failure, _): nil
        }
    }

    var renderedWith: String? {
        switch self {
        case .unchanged(let known): known.renderedWith
        case .rendered(.success(let rendered), _): rendered.renderedWith
        case .rendered(.failure, _): nil
        }
    }

    /// What it was rendered to, when it was.
    var rendered: RenderedEnvironment? {
        if case .rendered(.success(let rendered), _) = self { rendered } else { nil }
    }

    /// A remote tree that it names and that has not been fetched.
    var neededTree: RemoteTree? {
        if case .rendered(.failure(let error), _) = self { error.neededTree } else { nil }
    }
}
