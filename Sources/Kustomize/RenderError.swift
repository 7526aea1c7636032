package import Manifests

/// Why a tree cannot be rendered, for the person who wrote it: what is wrong, where, and what to do.
package struct RenderError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case fileNotFound
        case unreadableFile
        case invalidYAML
        case invalidPath
        case symbolicLink
        case remoteResource
        case cycle
        case limitExceeded
        case missingKustomization
        case invalidKustomization
        case unknownField
        case invalidObject
        case duplicateObject
        case invalidPatch
        case patchWithoutTarget
        case invalidSelector
        case invalidGenerator
        case invalidReference
        case ambiguousReference
        case invalidReplacement
        case invalidVariable
        case invalidConfiguration
        case invalidWeights
        case unsupported
    }

    package var code: Code
    package var message: String
    /// At least the file; line and column are 0 where the whole file is meant.
    package var position: SourcePosition?
    /// What to do about it, when there is something to say.
    package var hint: String?
    /// What has to be fetched; then the same rendering may succeed.
    package var neededTree: RemoteTree?

    package init(code: Code, message: String, position: SourcePosition?, hint: String? = nil) {
        self.code = code
        self.message = message
        self.position = position
        self.hint = hint
    }

    init(_ code: Code, _ message: String, file: String, hint: String? = nil) {
        self.init(code: code, message: message, position: SourcePosition(file: file, line: 0, column: 0), hint: hint)
    }
}

extension RenderError: CustomStringConvertible {
    /// `environments/production/kustomization.yaml:4:3: unknown field "namePrefx" (did you mean "namePrefix"?)`
    package var description: String {
        var text = ""
        if let position {
            text = position.line > 0 ? "\(position.file):\(position.line):\(position.column): " : "\(position.file): "
        }
        text += message
        if let hint { text += " (\(hint))" }
        return text
    }
}
