internal import Delivery
internal import Foundation
internal import Health
internal import Kubernetes
internal import Manifests
internal import Notifications
internal import Observability
internal import YAML

extension ControllerConfiguration {
    /// Reads the operator's file. Relative paths in it are relative to the folder that it lies in.
    ///
    /// - Throws: `ControllerError.configuration` with every finding on a line of its own, each with file, line and column.
    package static func load(path: String) throws(ControllerError) -> ControllerConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ControllerError(.configuration, "\(path): cannot be read. Make one like docs/configuration.md shows")
        }
        let bytes = [UInt8](data)
        let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
        let document: Value
        do throws(YAMLError) {
            document = try YAML.parse(bytes, file: path).first?.value ?? .null
        } catch {
            throw ControllerError(.configuration, "\(error)")
        }
        do throws(StrictReaderErrors) {
            return try decode(document, folder: folder)
        } catch {
            let lines = error.errors.map { finding in
                let position = YAML.position(of: finding.path, document: 0, in: bytes, file: path)
                return "\(position.map { "\($0)" } ?? path): \(finding)"
            }
            throw ControllerError(.configuration, lines.joined(separator: "\n"))
        }
    }

    static func decode(_ document: Value, folder: String) throws(StrictReaderErrors) -> ControllerConfiguration {
        func absolute(_ path: String?) -> String? { path.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" } }
        let reader = StrictReader(document)
        reader.expect(apiVersion: "slipway.dev/v1", kind: "ControllerConfiguration")
        let state = absolute(reader.requiredString("stateDirectory")) ?? ""
        var repository = Repository(url: "")
        if let part = reader.require("repository", reader.reader("repository")) {
            repository.url = part.requiredString("url") ?? ""
            repository.branch = part.nonEmptyString("branch") ?? repository.branch
            repository.pollInterval = part.duration("pollInterval", in: .seconds(1)...(.seconds(86_400)), default: repository.pollInterval)
            repository.username = part.string("username")
            repository.passwordFile = absolute(part.string("passwordFile"))
            repository.tokenFile = absolute(part.string("tokenFile"))
            repository.sshKeyFile = absolute(part.string("sshKeyFile"))
            repository.knownHostsFile = absolute(part.string("knownHostsFile"))
            repository.caFile = absolute(part.string("caFile"))
            if let commits = part.reader("commits") { repository.commits = commitRules(commits, absolute) }
            if let reverts = part.reader("revertCommits") { repository.revertCommits = revertCommits(reverts, absolute) }
            if repository.sshKeyFile != nil, repository.knownHostsFile == nil {
                part.reject("sshKeyFile", "needs knownHostsFile beside it: a host whose key is not known is not talked to")
            }
            if repository.passwordFile != nil, repository.username == nil { part.reject("passwordFile", "needs username beside it") }
        }
        var configuration = ControllerConfiguration(repository: repository, stateDirectory: state)
        if let listen = reader.reader("listen") {
            configuration.listenAddress = listen.nonEmptyString("address") ?? configuration.listenAddress
            if let tls = listen.reader("tls") {
                let certificate = absolute(tls.requiredString("certificateFile")), key = absolute(tls.requiredString("keyFile"))
                configuration.listenTLS = ListenTLS(certificateFile: certificate ?? "", keyFile: key ?? "")
            }
            configuration.metricsAddress = listen.nonEmptyString("metrics")
            configuration.socket = absolute(listen.nonEmptyString("socket")) ?? configuration.socket
        }
        if let part = reader.reader("render") { configuration.render = render(part, absolute) }
        let clusters = reader.members("clusters")
        if !clusters.isEmpty { configuration.clusters = [:] }
        if let part = reader.reader("clusters") {
            for (name, _, _) in clusters {
                configuration.clusters[name] = part.object(name) { cluster in
                    let isInside = cluster.bool("inCluster", default: false)
                    let kubeconfig = absolute(cluster.nonEmptyString("kubeconfig"))
                    if isInside == (kubeconfig != nil) { cluster.reject(nil, "needs either kubeconfig: FILE or inCluster: true") }
                    var result = Cluster(kubeconfig: kubeconfig, context: cluster.nonEmptyString("context"))
                    if let part = cluster.reader("lease") { readLease(part, into: &result) }
                    return result
                }
            }
        }
        configuration.access = access(reader)
        if let part = reader.reader("journal") { configuration.retention = retention(part) }
        if let part = reader.reader("health") { configuration.healthRules = HealthRules.decode(part) }
        if let part = reader.reader("notifications") {
            configuration.notifications = NotificationsConfiguration.decode(part, absolute)
        }
        configuration.verification = verification(reader, absolute)
        configuration.pinnedApprovals = pinnedApprovals(reader)
        try reader.finish()
        return configuration
    }

    private static func revertCommits(_ reader: StrictReader, _ absolute: (String?) -> String?) -> RevertCommits {
        var commits = RevertCommits()
        /// What would end it in a commit is no part of it.
        func words(_ key: String) -> String? {
            guard let text = reader.nonEmptyString(key) else { return nil }
            if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == "<" || $0 == ">" }) {
                reader.reject(key, "must be on one line and without < and >, as Git writes it into a commit")
            }
            return text
        }
        commits.name = words("name") ?? commits.name
        commits.email = words("email") ?? commits.email
        commits.signingKeyFile = absolute(reader.nonEmptyString("signingKeyFile"))
        return commits
    }

    private static func readLease(_ reader: StrictReader, into cluster: inout Cluster) {
        let isEnabled = reader.bool("enabled", default: true)
        let namespace = reader.nonEmptyString("namespace") ?? (cluster.kubeconfig == nil ? InClusterAccess.namespace() : nil)
        let name = reader.nonEmptyString("name")
        let duration = reader.duration("duration", in: Limits.leaseDuration, default: .seconds(15))
        cluster.isLeaseDisabled = !isEnabled
        guard isEnabled else { return }
        guard let namespace else { return reader.reject("namespace", "is needed: only in a Pod its own namespace is the default") }
        var lease = Leadership.Lease(namespace: namespace)
        lease.duration = duration
        if let name { lease.name = name }
        cluster.lease = lease
    }

    private static func render(_ reader: StrictReader, _ absolute: (String?) -> String?) -> Render {
        var render = Render()
        // A bare name is looked for in PATH.
        if let helm = reader.nonEmptyString("helm") { render.helm = helm.contains("/") ? absolute(helm) ?? helm : helm }
        guard let remotes = reader.reader("remoteBases") else { return render }
        render.remoteHosts = remotes.strings("hosts")
        render.remoteCAFile = absolute(remotes.nonEmptyString("caFile"))
        for host in render.remoteHosts where !RemoteBases.isHost(host) {
            remotes.reject("hosts", "\"\(host.prefix(80))\" is no host; write github.com, git.example.com:8443 or http://host:port")
        }
        if render.remoteHosts.count > Limits.remoteHosts {
            remotes.reject("hosts", "has \(render.remoteHosts.count) hosts; at most \(Limits.remoteHosts) are allowed")
        }
        return render
    }

    private static func access(_ reader: StrictReader) -> AccessPolicy {
        guard let part = reader.reader("access") else { return AccessPolicy(grants: [ownerGrant], tokens: []) }
        let tokens: [AccessPolicy.Token] = part.objects("tokens") { token in
            guard let name = token.requiredString("name"), let digest = token.requiredString("sha256") else { return nil }
            guard digest.count == 64, digest.allSatisfy(\.isHexDigit) else {
                token.reject("sha256", "must be the SHA-256 of the token in 64 hexadecimal digits: printf %s TOKEN | sha256sum")
                return nil
            }
            var expires: Timestamp?
            if let text = token.string("expires") {
                expires = RFC3339.unixMilliseconds(from: text).map { Timestamp(milliseconds: $0) }
                if expires == nil { token.reject("expires", "must be a time such as 2026-12-24T18:00:00Z, not \"\(text.prefix(80))\"") }
            }
            return AccessPolicy.Token(name: name, sha256: digest.lowercased(), expires: expires)
        }
        let grants: [AccessPolicy.Grant] = part.objects("grants") { grant in
            guard let identity = grant.requiredString("identity") else { return nil }
            guard identity.hasPrefix("socket:") || identity.hasPrefix("token:") else {
                grant.reject("identity", "must be socket:USER or token:NAME, not \"\(identity)\"")
                return nil
            }
            let roles = grant.strings("roles")
            if roles.isEmpty {
                grant.reject("roles", "needs at least one role; known are \(AccessPolicy.Role.all.joined(separator: ", "))")
            }
            return AccessPolicy.Grant(
                identity: identity, roles: Set(roles), environments: Set(grant.strings("environments")),
                emails: Set(grant.strings("emails").map { $0.lowercased() }))
        }
        return AccessPolicy(grants: grants + [ownerGrant], tokens: tokens)
    }

    /// Whoever runs the controller owns its files anyway: that user is `admin` on the socket.
    private static var ownerGrant: AccessPolicy.Grant {
        AccessPolicy.Grant(identity: "socket:\(NSUserName())", roles: [AccessPolicy.Role.admin], environments: [])
    }
}
