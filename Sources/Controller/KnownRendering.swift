internal import Delivery
internal import Journal
internal import Kustomize

/// What an Environment rendered to and what it was made from. It stands for every later Revision in which nothing of that has changed.
struct KnownRendering: Sendable {
    var inputs: RenderInputs
    var outcome: StoredRendering.Outcome
    /// `nil` when it could not be rendered.
    var policy: EnvironmentPolicy?
}

/// How one Environment of a Revision came to be known.
enum EnvironmentOutcome: Sendable {
    /// Nothing that it is made from has changed: the trees' object ids say so, and no file was read.
    case unchanged(KnownRendering)
    /// `inputs` is nil when a file of it has no identity, such as one behind a link; it is then rendered every time.
    case rendered(Result<RenderedEnvironment, ControllerError>, inputs: RenderInputs?)

    /// Renders the Environment unless `known` holds for these files, too.
    static func of(_ name: String, in files: some IdentifiedFiles, known: KnownRendering?) -> EnvironmentOutcome {
        if let known, known.inputs.hold(in: files) { return .unchanged(known) }
        let recording = RecordingFiles(files)
        let result: Result<RenderedEnvironment, ControllerError>
        do throws(ControllerError) {
            result = .success(try RepositoryRenderer(files: recording).render(name))
        } catch {
            result = .failure(error)
        }
        let inputs: RenderInputs?
        do { inputs = try recording.inputs() } catch { inputs = nil }
        return .rendered(result, inputs: inputs)
    }

    var policy: EnvironmentPolicy? {
        switch self {
        case .unchanged(let known): known.policy
        case .rendered(.success(let rendered), _): rendered.policy
        case .rendered(.failure, _): nil
        }
    }
}
