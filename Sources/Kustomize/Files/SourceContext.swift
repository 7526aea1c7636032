import Manifests

/// One document of one file, able to say where in it a value stands. Positions are only worked out for errors.
struct SourceContext: Sendable {
    let file: String
    let document: Int
    /// Configurations of plugins may have members that mean nothing, as they may in kustomize.
    var allowsUnknownFields = false
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
