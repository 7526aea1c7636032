import BenchmarkSupport
import Foundation

/// How soon a bad Release is over after the first proof of it: the second crash of its container, or the image that cannot be had.
struct FailureMeasure {
    let stage: Stage

    func run() throws {
        try measure("crash-loop", image: "bench/crashes:1", "the second crash") { pod in
            pod.restarts >= 2 || (pod.restarts >= 1 && pod.isDown)
        }
        try measure("no-image", image: "bench/nothing:1", "the image's refusal") { pod in
            pod.waiting == "ErrImagePull" || pod.waiting == "ImagePullBackOff"
        }
    }

    private struct Pod {
        var restarts: Int
        var waiting: String?
        var isDown: Bool
    }

    private func measure(_ name: String, image: String, _ proof: String, _ isProof: (Pod) -> Bool) throws {
        let folder = "\(stage.folder)/work/environments/\(name)"
        try Objects.write(count: 1, namespace: name, to: folder)
        let text = try String(contentsOfFile: folder + "/objects.yaml", encoding: .utf8)
        try text.replacingOccurrences(of: "replicas: 0", with: "replicas: 1")
            .replacingOccurrences(of: "registry.example.com/application:1.0", with: image)
            .write(toFile: folder + "/objects.yaml", atomically: true, encoding: .utf8)
        try stage.push(name)
        try stage.notify()
        _ = try eventually("\(name): \(proof)", within: 120) { try pods(in: name).contains(where: isProof) ? true : nil }
        let start = ContinuousClock.now
        let phase = try eventually("\(name) has failed", within: 120) { () throws -> String? in
            let release = try stage.status(name)?["release"] as? [String: Any]
            return (release?["phase"] as? String).flatMap { ["failed", "rollingBack", "rolledBack"].contains($0) ? $0 : nil }
        }
        say("\(name): \(phase) \(decimal((ContinuousClock.now - start).inSeconds, 2)) s after \(proof), as kubectl sees it")
    }

    private func pods(in namespace: String) throws -> [Pod] {
        guard let text = try? stage.kubectl("get", "pods", "-n", namespace, "-o", "json") else { return [] }
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (list?["items"] as? [[String: Any]] ?? []).map { pod in
            let status = ((pod["status"] as? [String: Any])?["containerStatuses"] as? [[String: Any]])?.first
            let state = status?["state"] as? [String: Any]
            return Pod(
                restarts: status?["restartCount"] as? Int ?? 0, waiting: (state?["waiting"] as? [String: Any])?["reason"] as? String,
                isDown: state?["running"] == nil)
        }
    }
}
