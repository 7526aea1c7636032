/// The limits of this room, and why they are what they are.
package enum ManifestLimits {
    /// Nesting of JSON. The Kubernetes API server stops at 10000 in general; no object of it needs 40. Parsing and printing recurse, and 200 levels fit any
    /// thread's stack many times over.
    package static let depth = 200

    /// Operations of one JSON patch: what the Kubernetes API server allows.
    package static let patchOperations = 10_000

    /// `copy` can double a value with every operation; past this many copied nodes a patch is refused.
    package static let copiedNodes = 2_000_000

    /// Candidates and length for "did you mean": the edit distance is quadratic in the length.
    package static let nearestNameLength = 64

    /// Errors one reading of a configuration document collects before it stops adding more: a screen full.
    package static let collectedErrors = 50
}

extension ManifestLimits {
    /// Characters of a value in one line of a diff; a whole file in a ConfigMap would hide the other changes.
    package static let shownValueLength = 200
}

extension ManifestLimits {
    /// `$ref`s that lead to one another before a schema counts as a circle. Real ones have two.
    package static let referenceChain = 16
}

extension ManifestLimits {
    /// Values of one object that are held against its schema, those of `anyOf` counted for each. The largest real objects, definitions of custom
    /// resources, have some 50 000.
    package static let validatedNodes = 1_000_000

    /// Allowed values that a message lists.
    package static let listedChoices = 12
}
