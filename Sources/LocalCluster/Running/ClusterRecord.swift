internal import Manifests

/// What a running cluster writes into its directory (`cluster.json`), so that others find it. It stays when the cluster ends: the next start
/// takes its port again.
package struct ClusterRecord: Sendable, Hashable {
    package var process: ProcessIdentity
    /// `https://127.0.0.1:PORT`
    package var address: String
    package var port: Int
    package var kubeconfig: String
    package var imagesFile: String?
    package var startedAt: Timestamp

    static let name = "cluster.json"

    /// Nil when no cluster ever ran there.
    package static func read(_ directory: String) throws(LocalClusterError) -> ClusterRecord? {
        guard let bytes = try ClusterFiles(directory: directory).read(name) else { return nil }
        let path = ClusterFiles(directory: directory).path(name)
        let value: Value
        do {
            value = try JSON.parse(bytes)
        } catch {
            throw LocalClusterError(code: .directory, message: "\(path) is not JSON: \(error)")
        }
        guard let record = ClusterRecord(value) else {
            throw LocalClusterError(code: .directory, message: "\(path) is not the record of a local cluster; remove it if nothing runs")
        }
        return record
    }

    private init?(_ value: Value) {
        guard let process = ProcessIdentity(value["process"]), let address = value["address"]?.string,
            let port = value["port"]?.integer, let kubeconfig = value["kubeconfig"]?.string,
            let startedAt = value["startedAt"]?.string.flatMap(Timestamp.init(rfc3339:))
        else { return nil }
        self.init(
            process: process, address: address, port: Int(clamping: port), kubeconfig: kubeconfig, imagesFile: value["imagesFile"]?.string,
            startedAt: startedAt)
    }

    init(process: ProcessIdentity, address: String, port: Int, kubeconfig: String, imagesFile: String?, startedAt: Timestamp) {
        self.process = process
        self.address = address
        self.port = port
        self.kubeconfig = kubeconfig
        self.imagesFile = imagesFile
        self.startedAt = startedAt
    }

    var document: Value {
        .mapping(
            ("process", process.document), ("address", .string(address)), ("port", .integer(Int64(port))),
            ("kubeconfig", .string(kubeconfig)), ("imagesFile", imagesFile.map(Value.string)), ("startedAt", .string(startedAt.rfc3339)))
    }

    func write(_ files: ClusterFiles) throws(LocalClusterError) {
        try files.write(Self.name, Array(JSON.string(document, pretty: true).utf8) + [0x0A])
    }
}
