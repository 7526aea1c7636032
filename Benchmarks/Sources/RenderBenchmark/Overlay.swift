import Glibc

/// An overlay over a base of Deployments, Services and ConfigMaps, with what overlays have: a namespace, a prefix, labels, images, a
/// generated ConfigMap, a strategic merge patch, and references to follow.
struct Overlay {
    let folder: String

    init(objects: Int, in parent: String) throws {
        folder = "\(parent)/\(objects)"
        let applications = max(objects / 3, 1)
        let perFile = 1_000
        var files: [String] = []
        for first in stride(from: 0, to: applications, by: perFile) {
            let name = "applications-\(first).yaml"
            files.append(name)
            let texts = (first..<min(first + perFile, applications)).map(Self.application)
            try Self.write(texts.joined(separator: "---\n"), to: "\(folder)/base/\(name)")
        }
        try Self.write("resources:\n" + files.map { "- \($0)\n" }.joined(), to: "\(folder)/base/kustomization.yaml")
        try Self.write(Self.kustomization, to: "\(folder)/overlay/kustomization.yaml")
        try Self.write(Self.patch, to: "\(folder)/overlay/patch.yaml")
    }

    private static let kustomization = """
        resources: [../base]
        namespace: production
        namePrefix: blue-
        labels:
        - pairs: {tier: front}
          includeSelectors: true
        images:
        - name: registry.example.com/application
          newTag: "2.0"
        configMapGenerator:
        - name: shared
          literals: [LEVEL=info, REGION=north]
        patches:
        - path: patch.yaml
          target: {kind: Deployment}

        """

    private static let patch = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: any}
        spec:
          template:
            spec:
              containers:
              - name: main
                imagePullPolicy: Always

        """

    private static func application(_ number: Int) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: application-\(number)
          labels: {app: application-\(number)}
        spec:
          replicas: 2
          selector:
            matchLabels: {app: application-\(number)}
          template:
            metadata:
              labels: {app: application-\(number)}
            spec:
              containers:
              - name: main
                image: registry.example.com/application:1.0
                ports: [{containerPort: 8080}]
                env:
                - name: LEVEL
                  valueFrom:
                    configMapKeyRef: {name: settings-\(number), key: level}
                envFrom:
                - configMapRef: {name: shared}
                resources:
                  requests: {cpu: 100m, memory: 128Mi}
                  limits: {cpu: "1", memory: 256Mi}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: application-\(number)
        spec:
          selector: {app: application-\(number)}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings-\(number)
        data:
          level: info
          text: "settings of \(number)"

        """
    }

    private static func write(_ text: String, to path: String) throws {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o755)
        }
        guard let file = fopen(path, "w") else { throw Program.Failure(description: "\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
