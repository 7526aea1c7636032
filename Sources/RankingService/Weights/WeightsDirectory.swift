internal import Manifests
internal import RankingModel

/// The directory where a ConfigMap is mounted: one file a component, and `weights.json` with all of them.
///
/// A kubelet replaces the whole set at once by turning the symbolic link `..data` to a new directory. Files are therefore read through the
/// directory that the link names, and the link is looked at again afterwards, so a set is never made of two.
struct WeightsDirectory: Sendable {
    let path: String
    let files: FileReader

    init(path: String, files: FileReader = .system) {
        self.path = path
        self.files = files
    }

    /// Where the link points to now; nil in a directory without it. Blocking, as all of this type is.
    func currentTarget() -> String? { files.linkTarget(path + "/..data") }

    func read() throws(ServiceError) -> WeightsSnapshot {
        // The kubelet may turn the link while we read. Twice in a row is unlikely, five times is something else.
        for _ in 0..<5 {
            let target = currentTarget()
            let folder = target.map { $0.hasPrefix("/") ? $0 : path + "/" + $0 } ?? path
            let result = Result { () throws(ServiceError) in try snapshot(in: folder) }
            if currentTarget() == target { return try result.get() }
        }
        throw ServiceError(.invalidWeights, "the weights in \(path) change while they are read; they are read again shortly")
    }

    private func snapshot(in folder: String) throws(ServiceError) -> WeightsSnapshot {
        var texts: [String: String] = [:]
        for component in RankingComponent.allCases {
            switch files.contents(folder + "/" + component.rawValue, ServiceLimits.weightFileBytes) {
            case .text(let text): texts[component.rawValue] = text
            case .missing: continue
            case .failed(let reason):
                throw ServiceError(.invalidWeights, "cannot read the ranking weight \(path)/\(component.rawValue): \(reason)")
            }
        }
        let document = try document(in: folder)
        if texts.isEmpty, let document { return WeightsSnapshot(weights: try weights(from: document, at: "\(path)/weights.json")) }
        if texts.isEmpty {
            throw ServiceError(
                .invalidWeights,
                "there are no ranking weights in \(path); mount the ConfigMap ranking-weights there or set RANKING_WEIGHTS_DIR")
        }
        let weights = try weights(from: texts, at: path)
        if let document, try self.weights(from: document, at: "\(path)/weights.json") != weights {
            throw ServiceError(
                .invalidWeights,
                "the ranking weights in \(path) contradict weights.json beside them; change both, or take weights.json away")
        }
        return WeightsSnapshot(weights: weights)
    }

    private func weights(from texts: [String: String], at place: String) throws(ServiceError) -> RankingWeights {
        do {
            return try RankingWeights(texts: texts)
        } catch {
            throw ServiceError(.invalidWeights, "\(place): \(error)")
        }
    }

    /// The members of weights.json as texts: of the document itself, or of its member `weights`.
    private func document(in folder: String) throws(ServiceError) -> [String: String]? {
        let name = "\(path)/weights.json"
        let text: String
        switch files.contents(folder + "/weights.json", ServiceLimits.weightsDocumentBytes) {
        case .text(let read): text = read
        case .missing: return nil
        case .failed(let reason): throw ServiceError(.invalidWeights, "cannot read \(name): \(reason)")
        }
        let value: Value
        do {
            value = try JSON.parse(Array(text.utf8))
        } catch {
            throw ServiceError(.invalidWeights, "\(name) is not JSON: \(error)")
        }
        guard let members = (value["weights"] ?? value).object else {
            throw ServiceError(.invalidWeights, "\(name) must be a JSON object with the five weights")
        }
        var texts: [String: String] = [:]
        for (key, member) in members { texts[key] = member.string ?? JSON.string(member) }
        return texts
    }
}
