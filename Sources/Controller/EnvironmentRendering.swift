package import Delivery
package import Helm
package import Kustomize
package import Manifests
internal import YAML

/// What one Environment is at one Revision: its objects, its policy and its smoke tests. All of it is stored, so that nothing of a
/// later rollback needs Git.
package struct RenderedEnvironment: Sendable {
    package var name: String
    package var objects: [Value]
    package var policy: EnvironmentPolicy
    /// As written, for the Journal.
    package var policyDocument: Value
    package var smokeTestDocuments: [Value]
    /// The program that took part, when one did, with its version: another one may render the same files to other objects.
    package var renderedWith: String?
}

/// Renders the Environments of one tree of files: a Revision's, or a folder's for `slipway render` and `validate`.
package struct RepositoryRenderer: Sendable {
    let files: any FileProvider
    let helm: HelmProgram
    private let remotes: RemoteTrees
    private static let folder = "environments"

    /// - Parameters:
    ///   - helm: renders the charts of Environments that have one. It is not looked for before.
    ///   - remotes: the trees of remote bases. What is missing among them is the `neededTree` of the error.
    package init(files: any FileProvider, helm: HelmProgram = HelmProgram(), remotes: RemoteTrees = .refused) {
        self.remotes = remotes
        self.files = files
        self.helm = helm
    }

    /// The folders under `environments/` that have an `environment.yaml`, sorted.
    package func environmentNames() throws(ControllerError) -> [String] {
        let names: [String]
        do {
            guard case .directory? = try files.kind(of: Self.folder) else {
                throw ControllerError(.repository, "the repository has no folder environments/; see docs/environments.md for its layout")
            }
            names = try files.list(Self.folder).filter { name in
                guard case .file? = try files.kind(of: "\(Self.folder)/\(name)/environment.yaml") else { return false }
                return true
            }
        } catch let error as ControllerError {
            throw error
        } catch {
            throw ControllerError(.repository, "environments/ cannot be read: \(error)")
        }
        guard names.count <= Limits.environments else {
            throw ControllerError(
                .repository, "the repository has \(names.count) environments; at most \(Limits.environments) are supported")
        }
        return names.sorted()
    }

    /// - Throws: `ControllerError.render` with every finding, each with file, line and column.
    package func render(_ name: String) throws(ControllerError) -> RenderedEnvironment {
        let check = check(name)
        guard let policy = check.policy, check.findings.isEmpty else {
            throw ControllerError(findings: check.findings, neededTree: check.neededTree)
        }
        return RenderedEnvironment(
            name: name, objects: check.rendering.objects, policy: policy, policyDocument: check.policyDocument,
            smokeTestDocuments: check.smokeTestDocuments, renderedWith: check.renderedWith)
    }

    /// All that can be said of one Environment: each part is judged for itself, and one that is wrong hides no other.
    package struct Check: Sendable {
        package var findings: [Finding] = []
        /// `nil` when it cannot be read.
        package var policy: EnvironmentPolicy?
        package var policyDocument: Value = .null
        package var smokeTestDocuments: [Value] = []
        /// To be deployed only without findings.
        package var rendering = Rendering(objects: [], sources: [], origins: [:], filesRead: [])
        /// The program that took part, when one did, with its version.
        package var renderedWith: String?
        /// A remote base that has to be fetched; then the same check may find less.
        package var neededTree: RemoteTree?
    }

    package func check(_ name: String) -> Check {
        var check = Check()
        do throws(ControllerError) {
            let (policy, document) = try policy(name)
            check.policy = policy
            check.policyDocument = document
        } catch {
            check.findings += error.findings
        }
        for path in check.policy?.verification.smokeTests ?? [] {
            do throws(ControllerError) {
                check.smokeTestDocuments.append(try smokeTest(at: path))
            } catch {
                check.findings += error.findings
            }
        }
        if let policy = check.policy { check.findings += testFindings(policy) }
        var chart: RenderedChart?
        if let policy = check.policy {
            do throws(ControllerError) {
                chart = try self.chart(of: policy, file: Self.policyPath(name))
            } catch {
                check.findings += error.findings
                // Without its objects, what goes on from them would only seem to be wrong.
                return check
            }
        }
        let renderer = EnvironmentRenderer(files: files, remotes: remotes, yaml: .libyaml)
        let (rendering, problems) = renderer.check(
            directory: "\(Self.folder)/\(name)", namespace: check.policy?.target.namespace ?? "",
            given: chart.map { GivenObjects(objects: $0.objects, origin: check.policy?.helm?.chart ?? "") },
            variables: check.policy?.variables.map { EnvironmentVariables($0, file: Self.policyPath(name)) })
        check.rendering = rendering
        check.renderedWith = chart.map { "helm \($0.helmVersion)" }
        check.neededTree = problems.lazy.compactMap(\.neededTree).first
        check.findings += problems.map { Finding($0) }
        return check
    }

    /// The ranking weights of an Environment.
    package func weights(_ name: String) throws(ControllerError) -> RankingWeightsDocument {
        let names = try environmentNames()
        guard names.contains(name) else { throw Self.unknownEnvironment(name, among: names) }
        let directory = "\(Self.folder)/\(name)"
        do throws(RenderError) {
            if let weights = try EnvironmentRenderer(files: files, yaml: .libyaml).weights(directory: directory) { return weights }
        } catch {
            throw ControllerError(findings: [Finding(error)])
        }
        throw ControllerError(
            .repository, "\(directory) has no \(RankingWeightsDocument.fileName), so the environment has no ranking weights")
    }

    static func unknownEnvironment(_ name: String, among names: [String]) -> ControllerError {
        let advice =
            NearestName.suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
            ?? (names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))")
        return ControllerError(.repository, "there is no environment \"\(name)\"; \(advice)")
    }

    package func policy(_ name: String) throws(ControllerError) -> (EnvironmentPolicy, Value) {
        let path = Self.policyPath(name)
        let (document, bytes) = try document(at: path)
        do throws(PolicyErrors) {
            return (try EnvironmentPolicy.decode(document, folder: name), document)
        } catch {
            throw ControllerError(findings: Finding.located(error, of: .policy, in: bytes, file: path))
        }
    }

    package static func policyPath(_ name: String) -> String { "\(folder)/\(name)/environment.yaml" }

    private func smokeTest(at path: String) throws(ControllerError) -> Value {
        let (document, bytes) = try document(at: path)
        do throws(PolicyErrors) {
            _ = try SmokeTest.decode(document)
        } catch {
            throw ControllerError(findings: Finding.located(error, of: .smokeTest, in: bytes, file: path))
        }
        return document
    }

    func document(at path: String) throws(ControllerError) -> (Value, [UInt8]) {
        func problem(_ message: String) -> ControllerError {
            ControllerError(findings: [Finding(.error, .missingFile, at: SourcePosition(file: path, line: 0, column: 0), message)])
        }
        let bytes: [UInt8]
        do {
            switch try files.kind(of: path) {
            case .file(let size)?:
                guard size <= Limits.policyBytes else {
                    throw problem("\(size) bytes; a document of this kind may have \(Limits.policyBytes)")
                }
            case .directory?, .symbolicLink?, .submodule?: throw problem("not a plain file")
            case nil: throw problem("no such file in the repository")
            }
            bytes = try files.read(path)
        } catch let error as ControllerError {
            throw error
        } catch {
            throw problem("cannot be read: \(error)")
        }
        do throws(YAMLError) {
            let documents = try YAML.parse(bytes, file: path)
            guard documents.count == 1, let only = documents.first else {
                throw YAMLError(
                    code: .syntax, message: "has \(documents.count) documents; exactly one is expected",
                    position: SourcePosition(file: path, line: 1, column: 1))
            }
            return (only.value, bytes)
        } catch {
            throw ControllerError(findings: [Finding(error)])
        }
    }
}

extension YAMLReader {
    /// The YAML room behind the Kustomize room's small opening.
    package static let libyaml = YAMLReader(
        parse: { bytes, file, duplicateKeys in
            let keys: YAMLReading.DuplicateKeys =
                switch duplicateKeys {
                case .refuse: .refuse
                case .takeFirst: .takeFirst
                case .takeLast: .takeLast
                }
            let reading = YAMLReading(finalLineEnd: .asWritten, duplicateKeys: keys, annotations: .asText)
            do throws(YAMLError) {
                return try YAML.parse(bytes, file: file, reading: reading).map(\.value)
            } catch {
                throw RenderError(code: .invalidYAML, message: error.message, position: error.position)
            }
        },
        position: { path, document, bytes, file in YAML.position(of: path, document: document, in: bytes, file: file) },
        rewrite: { bytes, value in
            // A text that cannot be read is no structured one: the caller says so.
            try? YAML.rewrite(bytes, as: value, file: "text", reading: YAMLReading(finalLineEnd: .asWritten))
        })
}
