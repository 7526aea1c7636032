package import Manifests

/// A program that gives credentials (client.authentication.k8s.io, "client-go credential plugins").
package struct CredentialPlugin: Sendable, Hashable {
    /// An absolute path, or a name that is looked for in `PATH`.
    package var command: String
    package var arguments: [String]
    /// Added to the environment of this process.
    package var environment: [Variable]
    /// `client.authentication.k8s.io/v1` or `v1beta1`; the answer must have the same.
    package var apiVersion: String
    /// What is said when there is no such program.
    package var installHint: String
    /// The cluster as the program may see it, when `provideClusterInfo` is set.
    package var cluster: Value?
    /// For messages: context and user.
    package var place: String

    package struct Variable: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// `KUBERNETES_EXEC_INFO`: what is asked for. Nobody sits at a terminal here.
    var request: String {
        var spec: Value = ["interactive": false]
        if let cluster { spec["cluster"] = cluster }
        return JSON.string(["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec])
    }

    func failed(_ words: String, isTransient: Bool = false) -> KubernetesError {
        KubernetesError(.configuration, "\(place): exec: the credential plugin \(command) \(words)", isTransient: isTransient)
    }
}
