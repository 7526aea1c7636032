internal import Delivery
package import Manifests

/// A Job of the repository made into one of a Release: a name and labels of its own, our facts in its containers, and an end.
package enum JobManifest {
    package static let environmentLabel = "slipway.dev/verification"
    package static let releaseLabel = "slipway.dev/release"

    package static func prepared(
        _ documents: [Value], path: String, timeout: Duration, facts: ReleaseFacts
    ) throws(VerificationError) -> Value {
        let objects = documents.filter { !$0.isNull }
        guard objects.count == 1, var job = objects.first else {
            throw VerificationError("\(path) has \(objects.count) documents; exactly one Job is expected")
        }
        guard job.apiVersion == "batch/v1", job.kind == "Job" else {
            throw VerificationError("\(path) is a \(job.apiVersion ?? "?") \(job.kind ?? "document"), and must be a batch/v1 Job")
        }
        guard let name = job.name, !name.isEmpty else { throw VerificationError("\(path) has no metadata.name") }
        if let namespace = job.namespace, namespace != facts.namespace {
            throw VerificationError(
                "\(path) names the namespace \(namespace); a test of \(facts.environment) runs in its own, \(facts.namespace): leave it out"
            )
        }
        guard job["spec", "template", "spec", "containers"]?.array?.isEmpty == false else {
            throw VerificationError("\(path) has no containers in spec.template.spec")
        }
        job.set(["metadata", "name"], to: .string(self.name(name, release: facts.release)))
        job.set(["metadata", "namespace"], to: .string(facts.namespace))
        job.set(["metadata", "generateName"], to: nil)
        for (label, value) in [(environmentLabel, facts.environment), (releaseLabel, String(facts.release))] {
            job.set(["metadata", "labels", label], to: .string(value))
            job.set(["spec", "template", "metadata", "labels", label], to: .string(value))
        }
        // A test that fails is not made right by trying it six more times, as is the default.
        if job["spec", "backoffLimit"] == nil { job.set(["spec", "backoffLimit"], to: .integer(0)) }
        if job["spec", "activeDeadlineSeconds"] == nil {
            job.set(["spec", "activeDeadlineSeconds"], to: .integer(max(1, timeout.components.seconds)))
        }
        if job["spec", "ttlSecondsAfterFinished"] == nil {
            job.set(["spec", "ttlSecondsAfterFinished"], to: .integer(VerificationLimits.finishedJobSeconds))
        }
        if job["spec", "template", "spec", "restartPolicy"] == nil {
            job.set(["spec", "template", "spec", "restartPolicy"], to: "Never")
        }
        for list in ["initContainers", "containers"] {
            guard let containers = job["spec", "template", "spec", list]?.array else { continue }
            job.set(["spec", "template", "spec", list], to: .array(containers.map { told($0, facts) }))
        }
        return job
    }

    /// Unique by Release, and a label's length: the Job's Pods carry it as one.
    package static func name(_ name: String, release: Int64) -> String {
        let suffix = "-r\(release)"
        let stem = name.prefix(63 - suffix.utf8.count)
        return stem + suffix
    }

    /// With our facts in its environment, but for those that it sets itself.
    private static func told(_ container: Value, _ facts: ReleaseFacts) -> Value {
        var container = container
        var environment = container["env"]?.array ?? []
        for (name, value) in facts.variables where !environment.contains(where: { $0["name"]?.string == name }) {
            environment.append(["name": .string(name), "value": .string(value)])
        }
        container["env"] = .array(environment)
        return container
    }
}
