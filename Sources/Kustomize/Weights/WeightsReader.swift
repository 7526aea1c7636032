import Manifests

/// Reads a weights file together with those it builds on.
struct WeightsReader {
    let reader: TreeReader

    /// - Parameter place: what asks for the file, for an error about the file itself.
    func read(_ path: String, named place: Located<String>) throws(RenderError) -> RankingWeightsDocument {
        var files = [try file(path, named: place)]
        var seen = [path]
        while let base = files.last?.base {
            let next = try reader.resolve(base, in: TreePath.parent(of: seen.last ?? path))
            if seen.contains(next) {
                let circle = (seen + [next]).joined(separator: " -> ")
                throw base.error(.cycle, "the weights files build on each other in a circle: \(circle)")
            }
            if seen.count >= WeightsLimits.chain {
                throw base.error(
                    .limitExceeded, "weights files build on each other more than \(WeightsLimits.chain) deep",
                    hint: "name the last base directly")
            }
            seen.append(next)
            files.append(try file(next, named: base))
        }
        return try Self.combined(files)
    }

    private func file(_ path: String, named place: Located<String>) throws(RenderError) -> WeightsFile {
        try WeightsFile(try reader.read(path, named: place), file: path, yaml: reader.yaml)
    }

    /// The nearest file that names a component decides it. `files` goes from the environment's own to the last base, which names all.
    static func combined(_ files: [WeightsFile]) throws(RenderError) -> RankingWeightsDocument {
        var hundredths: [WeightsFile.Component: Int] = [:]
        var origins: [WeightsFile.Component: String] = [:]
        for file in files.reversed() {
            for (component, value) in file.hundredths {
                hundredths[component] = value
                origins[component] = file.context.file
            }
        }
        let sum = hundredths.values.reduce(0, +)
        guard sum != 10_000, let own = files.first else { return RankingWeightsDocument(checked: hundredths, files: origins) }
        let bases = files.dropFirst().map(\.context.file)
        let subject = bases.isEmpty ? "the weights" : "the weights of \(own.context.file) over \(bases.joined(separator: " over "))"
        let difference = RankingWeightsDocument.text(abs(sum - 10_000))
        throw own.context.error(
            .invalidWeights, "\(subject) add up to \(RankingWeightsDocument.text(sum)), not to 100", at: [.key("weights")],
            hint: sum < 10_000 ? "\(difference) are missing" : "\(difference) are too many")
    }
}

/// Limits of weights files.
enum WeightsLimits {
    /// Files that build on one another. People have one base, or one a region and one for all.
    static let chain = 8
}
