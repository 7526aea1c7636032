package import Kustomize
package import Manifests
package import YAML

/// A kind of finding, by a name that stays: it stands in `slipway validate -o json|sarif`, and people filter by it.
package struct FindingRule: Sendable, Hashable, Comparable {
    /// Such as `kustomize/unknown-field`.
    package let id: String
    /// One sentence for a list of rules.
    package let summary: String

    private init(_ id: String, _ summary: String) {
        self.id = id
        self.summary = summary
    }

    package static func < (left: FindingRule, right: FindingRule) -> Bool { left.id < right.id }

    // MARK: The layout

    package static let notAnEnvironment = FindingRule(
        "layout/not-an-environment", "A folder below environments/ has no environment.yaml and is used by no Environment.")
    package static let unusedFile = FindingRule(
        "layout/unused-file", "A file below environments/ or manifests/ is used by no Environment, and so is not deployed.")
    package static let link = FindingRule("layout/link", "A symbolic link or a submodule stands in the layout, and is not followed.")
    package static let missingFile = FindingRule("layout/missing-file", "A document that is named cannot be read.")
    package static let tooMuch = FindingRule("layout/limit", "There is more than is looked at.")

    /// Whether its findings are warnings: the Revision can be deployed, though probably something else was meant.
    package var isWarning: Bool { [Self.notAnEnvironment, Self.unusedFile, Self.link, Self.tooMuch].contains(self) }

    // MARK: YAML

    package static let syntax = FindingRule("yaml/syntax", "A text is not YAML, or YAML that no Kubernetes object can be made of.")
    package static let duplicateKey = FindingRule("yaml/duplicate-key", "A key stands twice in one mapping.")
    package static let yamlLimit = FindingRule("yaml/limit", "A text is larger, deeper or more than is read.")

    package static func yaml(_ code: YAMLError.Code) -> FindingRule {
        switch code {
        case .syntax, .unsupported, .unknownAnchor: syntax
        case .duplicateKey: duplicateKey
        case .limitExceeded, .outOfMemory: yamlLimit
        }
    }

    // MARK: Documents of ours

    /// Documents that are read by the strict reader.
    package enum Document: String, Sendable, Hashable, CaseIterable {
        case policy
        case smokeTest = "smoke-test"
    }

    package static func document(_ document: Document, _ code: ManifestError.Code) -> FindingRule {
        let name = document == .policy ? "environment.yaml" : "a smoke test"
        switch code {
        case .unknownKey: return FindingRule("\(document.rawValue)/unknown-key", "A key of \(name) is not known.")
        case .wrongType: return FindingRule("\(document.rawValue)/wrong-type", "A value of \(name) has the wrong type.")
        case .missingKey: return FindingRule("\(document.rawValue)/missing-key", "\(name.capitalizedFirst) lacks a key that it needs.")
        case .invalidValue, .invalidJSON, .limitExceeded, .invalidPointer, .invalidPatch, .patchConflict, .testFailed:
            return FindingRule("\(document.rawValue)/invalid-value", "A value of \(name) is out of range, or not allowed.")
        }
    }

    package static let chart = FindingRule("helm/chart", "The chart of an Environment cannot be rendered.")
    package static let promotion = FindingRule(
        "promotion/graph", "Environments wait for one that is not there, for each other, or deploy to the same place.")

    // MARK: Schemas

    package static func schema(_ code: SchemaProblem.Code) -> FindingRule {
        switch code {
        case .unknownField: FindingRule("schema/unknown-field", "An object has a field that its kind does not have.")
        case .wrongType: FindingRule("schema/wrong-type", "A field of an object has the wrong type.")
        case .missingField: FindingRule("schema/missing-field", "An object lacks a field that its kind needs.")
        case .invalidValue: FindingRule("schema/invalid-value", "A field of an object has a value that its kind does not take.")
        case .limitExceeded: FindingRule("schema/limit", "An object is too large or too deep to be judged.")
        }
    }

    package static let unknownKind = FindingRule("schema/unknown-kind", "The cluster does not serve a kind, or not in this version.")

    // MARK: Rendering

    package static func render(_ code: RenderError.Code) -> FindingRule {
        switch code {
        case .invalidYAML: syntax
        case .fileNotFound: FindingRule("kustomize/file-not-found", "A file or folder that is named does not exist.")
        case .unreadableFile: FindingRule("kustomize/unreadable-file", "A file cannot be read.")
        case .invalidPath: FindingRule("kustomize/invalid-path", "A path is absolute, leads out of the tree, or may not be named here.")
        case .symbolicLink: FindingRule("kustomize/symbolic-link", "A path is, or leads through, a symbolic link.")
        case .remoteResource: FindingRule("kustomize/remote-resource", "A resource is on another host.")
        case .cycle: FindingRule("kustomize/cycle", "Files or kustomizations name each other in a circle.")
        case .limitExceeded: FindingRule("kustomize/limit", "A rendering needs more than is allowed.")
        case .missingKustomization: FindingRule("kustomize/missing-kustomization", "A folder has no kustomization.")
        case .invalidKustomization: FindingRule("kustomize/invalid-kustomization", "A value of a kustomization is not as it must be.")
        case .unknownField: FindingRule("kustomize/unknown-field", "A field of a kustomization, or of what it names, is not known.")
        case .invalidObject: FindingRule("object/invalid", "An object has no apiVersion, kind or name, or is no object.")
        case .duplicateObject: FindingRule("object/duplicate", "An object is there twice.")
        case .invalidPatch: FindingRule("kustomize/invalid-patch", "A patch cannot be read or applied.")
        case .patchWithoutTarget: FindingRule("kustomize/patch-without-target", "A patch matches no object.")
        case .invalidSelector: FindingRule("kustomize/invalid-selector", "A selector cannot be read.")
        case .invalidGenerator: FindingRule("kustomize/invalid-generator", "A generator cannot make its object.")
        case .invalidReference: FindingRule("kustomize/invalid-reference", "A reference cannot be followed.")
        case .ambiguousReference: FindingRule("kustomize/ambiguous-reference", "A reference may mean several objects.")
        case .invalidReplacement: FindingRule("kustomize/invalid-replacement", "A replacement cannot be made.")
        case .invalidVariable: FindingRule("kustomize/invalid-variable", "A variable cannot be resolved.")
        case .invalidConfiguration: FindingRule("kustomize/invalid-configuration", "A transformer configuration cannot be used.")
        case .invalidWeights: FindingRule("weights/invalid", "Ranking weights are unknown, missing, out of range, or do not add up to 100.")
        case .unsupported: FindingRule("kustomize/unsupported", "Something is asked for that is not rendered here.")
        }
    }

    /// All of them, sorted by name.
    package static let all: [FindingRule] = {
        var rules: Set<FindingRule> = [
            notAnEnvironment, unusedFile, link, missingFile, tooMuch, syntax, duplicateKey, yamlLimit, chart, promotion, unknownKind,
        ]
        for code in RenderError.Code.allCases { rules.insert(render(code)) }
        for code in SchemaProblem.Code.allCases { rules.insert(schema(code)) }
        for document in Document.allCases {
            for code in [ManifestError.Code.unknownKey, .wrongType, .missingKey, .invalidValue] {
                rules.insert(FindingRule.document(document, code))
            }
        }
        return rules.sorted()
    }()
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
