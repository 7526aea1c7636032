/// The files of a small Environment whose Release takes about a second: one Pod of `/bin/sleep`, and ConfigMaps that are changed, added and removed.
struct SampleEnvironment {
    var name = "only"
    var version: String? = "1"
    /// ConfigMaps beside it, and what stands in them.
    var settings: [String: String] = ["settings": "one"]
    /// Of `promotion`, `rollout` and the like, below `spec:`.
    var policy = "  rollback: {automatic: true, watch: 0s}\n  rollout: {deadline: 60s, maxRestarts: 1}\n"
    var readinessCommand: [String]?
    var replicas = 1
    /// Whether a Service stands before it, as a rollout in steps needs.
    var isServed = false
    /// Files of the repository beside it, by path.
    var more: [String: String] = [:]

    /// Versions `1`, `2` and `3` run; `bad` ends at once with 1.
    static let images = images(more: "")

    /// The same, and version `weak` runs until there is this file, and from then on ends with 1.
    static func images(endingAt sign: String) -> String {
        images(
            more: """
                  - name: sample.example/app:weak
                    command: [/bin/sh, -c, 'while [ ! -e \(sign) ]; do sleep 0.2; done; exit 1']

                """)
    }

    private static func images(more: String) -> String {
        """
        images:
          - name: sample.example/app:bad
            command: [/bin/sh, -c, 'echo "fatal: no model"; exit 1']
        \(more)  - name: sample.example/app:*
            command: [/bin/sleep, '3600']

        """
    }

    var namespace: String { "sample-\(name)" }

    var files: [String: String] { more.merging(ownFiles) { $1 } }

    private var ownFiles: [String: String] {
        let folder = "environments/\(name)"
        return [
            "\(folder)/environment.yaml": """
            apiVersion: slipway.dev/v1
            kind: Environment
            metadata: {name: \(name)}
            spec:
              target: {namespace: \(namespace), createNamespace: true}
            \(policy)
            """,
            "\(folder)/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: \(namespace)
            resources: [app.yaml]

            """,
            "\(folder)/app.yaml": objects.joined(separator: "---\n"),
        ]
    }

    private var objects: [String] {
        settings.sorted { $0.key < $1.key }.map { name, text in
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {text: \(text)}\n"
        } + (version.map { [deployment($0)] } ?? []) + (isServed ? [Self.service] : [])
    }

    private static let service = """
        apiVersion: v1
        kind: Service
        metadata: {name: app}
        spec: {selector: {app: app}, ports: [{name: http, port: 80}]}

        """

    private func deployment(_ version: String) -> String {
        let probe = readinessCommand.map { command in
            let words = command.map { "'\($0)'" }.joined(separator: ", ")
            return "          readinessProbe: {exec: {command: [\(words)]}, periodSeconds: 1}\n"
        }
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: app}
            spec:
              replicas: \(replicas)
              selector: {matchLabels: {app: app}}
              template:
                metadata: {labels: {app: app}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: app
                      image: sample.example/app:\(version)

            """ + (probe ?? "")
    }
}
