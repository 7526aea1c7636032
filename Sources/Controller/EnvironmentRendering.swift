package import Delivery
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
}

/// Renders the Environments of one tree of files: a Revision's, or a folder's for `slipway render` and `validate`.
package struct RepositoryRenderer: Sendable {
    private let files: any FileProvider
    private static let folder = "environments"

    package init(files: any FileProvider) {
        self.files = files
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

    /// - Throws: `ControllerError.render` with every finding on a line of its own, each with file, line and column.
    package func render(_ name: String) throws(ControllerError) -> RenderedEnvironment {
        let directory = "\(Self.folder)/\(name)"
        let (policy, document) = try policy(name)
        var smokeTests: [Value] = []
        for path in policy.verification.smokeTests { smokeTests.append(try smokeTest(at: path)) }
        do throws(RenderError) {
            let renderer = EnvironmentRenderer(files: files, yaml: .libyaml)
            let rendering = try renderer.render(directory: directory, namespace: policy.target.namespace)
            return RenderedEnvironment(
                name: name, objects: rendering.objects, policy: policy, policyDocument: document, smokeTestDocuments: smokeTests)
        } catch {
            throw ControllerError(.render, "\(error)")
        }
    }

    package func policy(_ name: String) throws(ControllerError) -> (EnvironmentPolicy, Value) {
        let path = "\(Self.folder)/\(name)/environment.yaml"
        let (document, bytes) = try document(at: path)
        do throws(PolicyErrors) {
            return (try EnvironmentPolicy.decode(document, folder: name), document)
        } catch {
            throw ControllerError(.render, located(error, in: bytes, file: path))
        }
    }

    private func smokeTest(at path: String) throws(ControllerError) -> Value {
        let (document, bytes) = try document(at: path)
        do throws(PolicyErrors) {
            _ = try SmokeTest.decode(document)
        } catch {
            throw ControllerError(.render, located(error, in: bytes, file: path))
        }
        return document
    }

    private func document(at path: String) throws(ControllerError) -> (Value, [UInt8]) {
        let bytes: [UInt8]
        do {
            switch try files.kind(of: path) {
            case .file(let size)?:
                guard size <= Limits.policyBytes else {
                    throw ControllerError(.render, "\(path): \(size) bytes; a document of this kind may have \(Limits.policyBytes)")
                }
            case .directory?, .symbolicLink?, .submodule?: throw ControllerError(.render, "\(path): not a plain file")
            case nil: throw ControllerError(.render, "\(path): no such file in the repository")
            }
            bytes = try files.read(path)
        } catch let error as ControllerError {
            throw error
        } catch {
            throw ControllerError(.render, "\(path): cannot be read: \(error)")
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
            throw ControllerError(.render, "\(error)")
        }
    }

    private func located(_ errors: PolicyErrors, in bytes: [UInt8], file: String) -> String {
        errors.errors.map { error in
            let position = YAML.position(of: error.path, document: 0, in: bytes, file: file)
            return "\(position.map { "\($0)" } ?? file): \(error)"
        }.joined(separator: "\n")
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
            let reading = YAMLReading(finalLineEnd: .asWritten, duplicateKeys: keys)
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
