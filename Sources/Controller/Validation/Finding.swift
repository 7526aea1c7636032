package import Manifests

/// Something in a repository that is wrong, or probably not meant, as `slipway validate` reports it.
package struct Finding: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable {
        /// The Revision cannot be deployed, or not as it is written.
        case error
        case warning
    }

    package var severity: Severity
    package var rule: FindingRule
    /// Line and column are 0 where the whole file is meant.
    package var position: SourcePosition
    /// The place within an object or document, such as `spec.replicas`; empty when the message says it all.
    package var subject: String
    package var message: String
    /// What to do about it, when there is something to say.
    package var hint: String?
    /// The Environments that it is about, sorted; empty when none uses the file.
    package var environments: [String]

    package init(
        _ severity: Severity = .error, _ rule: FindingRule, at position: SourcePosition, subject: String = "", _ message: String,
        hint: String? = nil, environments: [String] = []
    ) {
        self.severity = severity
        self.rule = rule
        self.position = position
        self.subject = subject
        self.message = message
        self.hint = hint
        self.environments = environments
    }

    /// Subject, message and hint in one sentence.
    package var text: String {
        (subject.isEmpty ? "" : "\(subject): ") + message + (hint.map { " (\($0))" } ?? "")
    }
}

extension Finding: CustomStringConvertible {
    /// `environments/production/kustomization.yaml:4:3: unknown field "namePrefx" (did you mean "namePrefix"?)`
    package var description: String { "\(place): \(text)" }

    /// `file:line:column`, or `file` alone.
    package var place: String { position.line > 0 ? "\(position)" : position.file }
}

extension Finding: Comparable {
    package static func < (left: Finding, right: Finding) -> Bool {
        if left.position.file != right.position.file { return left.position.file < right.position.file }
        if left.position.line != right.position.line { return left.position.line < right.position.line }
        if left.position.column != right.position.column { return left.position.column < right.position.column }
        return (left.rule.id, left.text) < (right.rule.id, right.text)
    }
}
