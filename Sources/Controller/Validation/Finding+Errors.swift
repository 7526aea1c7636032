package import Delivery
package import Kustomize
internal import Manifests
package import YAML

extension Finding {
    package init(_ error: RenderError) {
        self.init(
            .error, .render(error.code), at: error.position ?? SourcePosition(file: "", line: 0, column: 0), error.message, hint: error.hint
        )
    }

    package init(_ error: YAMLError) {
        self.init(.error, .yaml(error.code), at: error.position, error.message)
    }

    /// All errors of a policy or a smoke test, each where it is written.
    package static func located(
        _ errors: PolicyErrors, of document: FindingRule.Document, in bytes: [UInt8], file: String
    ) -> [Finding] {
        errors.errors.map { error in
            let position = YAML.position(of: error.path, document: 0, in: bytes, file: file)
            return Finding(
                .error, .document(document, error.code), at: position ?? SourcePosition(file: file, line: 0, column: 0),
                subject: error.path.isEmpty ? "" : error.path.text, error.message)
        }
    }
}

extension ControllerError {
    /// Findings about what is rendered; the message has one on each line.
    package init(findings: [Finding], neededTree: RemoteTree? = nil) {
        self.init(.render, findings.map(\.description).joined(separator: "\n"), neededTree: neededTree)
        self.findings = findings
    }
}
