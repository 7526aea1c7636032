internal import HTTPTransport
internal import Kubernetes
internal import LocalCluster
internal import Manifests

/// Asks a running cluster what only this one knows, with the administrator's certificate of its kubeconfig.
struct ClusterConnection {
    let record: ClusterRecord
    private let access: ClusterAccess

    /// - Throws: a message that says how to start it when it does not run.
    init(_ place: ClusterPlace) throws {
        do {
            guard DirectoryLock.isTaken(place.directory), let record = try ClusterRecord.read(place.directory) else {
                throw CommandError(.error, "no cluster runs on \(place.directory); `slipway local-cluster up` starts it")
            }
            self.record = record
            access = try Kubeconfig.load(path: record.kubeconfig, environment: [:]).access()
        } catch let error as LocalClusterError {
            throw CommandError(.error, error.message)
        } catch let error as KubernetesError {
            throw CommandError(.error, error.message)
        }
    }

    func ask(_ path: String, method: String = "GET", _ body: Value? = nil) async throws -> Value {
        let client = HTTPClient(tls: access.tls, proxy: .none)
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if body != nil { headers["Content-Type"] = "application/json" }
        let response: HTTPResponse
        do {
            response = try await client.send(
                HTTPRequest(method: method, url: "\(access.server)/slipway/\(path)", headers: headers, body: body.map { JSON.bytes($0) }))
        } catch {
            throw CommandError(.error, "\(access.server) does not answer: \(error)")
        }
        await client.shutdown()
        let answer: Value
        do {
            answer = try JSON.parse(response.body)
        } catch {
            throw CommandError(.error, "\(access.server) answered \(response.status) without JSON: \(response.text.prefix(200))")
        }
        guard response.isSuccess else {
            throw CommandError(.error, answer["message"]?.string ?? "\(access.server) answered \(response.status)")
        }
        return answer
    }
}
