import Manifests

/// One document of one file, able to say where in it a value stands. Positions are only worked out for errors.
struct SourceContext: Sendable {
    let file: String
    let document: Int
    /// Configurations of plugins may have members that mean nothing, as they may in kustomize.
    var allowsUnknownFields = false
    /// Takes what is wrong with the document, where all of it is asked for; without it the first error ends the reading.
    var problems: ProblemList?
    let locate: @Sendable (_ path: [PathElement]) -> SourcePosition?

    init(file: String, document: Int, locate: @escaping @Sendable (_ path: [PathElement]) -> SourcePosition?) {
        self.file = file
        self.document = document
        self.locate = locate
    }

    var allowingUnknownFields: SourceContext {
        var context = self
        context.allowsUnknownFields = true
        return context
    }

    /// The place of the value, or of the nearest value around it that has one.
    func position(_ path: [PathElement]) -> SourcePosition {
        var path = path
        while true {
            if let position = locate(path) { return position }
            if path.popLast() == nil { return SourcePosition(file: file, line: 0, column: 0) }
        }
    }

    func error(_ code: RenderError.Code, _ message: String, at path: [PathElement], hint: String? = nil) -> RenderError {
        RenderError(code: code, message: message, position: position(path), hint: hint)
    }

    /// Ends the reading by the error, or notes it and lets the reading go on.
    func report(_ error: RenderError) throws(RenderError) {
        guard let problems else { throw error }
        problems.add(error)
    }
}

/// Collects the errors of one document.
///
/// `@unchecked Sendable`: it is made, filled and read within one synchronous call of `KustomizationSurvey` and is in no value that leaves it.
final class ProblemList: @unchecked Sendable {
    private(set) var errors: [RenderError] = []

    func add(_ error: RenderError) {
        if errors.count < Self.limit { errors.append(error) }
    }

    /// Errors of one document that are kept: more than a person reads at once.
    private static let limit = 200
}

/// A value of a file together with its place.
struct Located<Content: Sendable>: Sendable {
    var content: Content
    var path: [PathElement]
    var context: SourceContext

    func error(_ code: RenderError.Code, _ message: String, hint: String? = nil) -> RenderError {
        context.error(code, message, at: path, hint: hint)
    }
}
