internal import HTTPTransport
internal import Manifests

/// Calls about a Lease. They need no discovery, and each is sent once: the elector comes again by itself, and knows what is late.
extension KubernetesClient {
    /// - Returns: `nil` when there is no such Lease.
    func lease(_ id: ObjectIdentity, deadline: Duration) async throws(KubernetesError) -> LeaseRecord? {
        let subject = CallSubject("read", id)
        let response = try await sender.attempt(try call("GET", id, name: id.name, subject, deadline: deadline))
        if response.status == 404 { return nil }
        if response.status >= 400 { throw StatusReader.error(response, subject) }
        return LeaseRecord(try await Answer.value(response, subject))
    }

    func createLease(_ id: ObjectIdentity, _ record: LeaseRecord, deadline: Duration) async throws(KubernetesError) -> LeaseRecord {
        try await write(record, try call("POST", id, name: nil, CallSubject("create", id), deadline: deadline))
    }

    /// - Throws: `conflict` when it is not the version any more that the record carries.
    func replaceLease(_ id: ObjectIdentity, _ record: LeaseRecord, deadline: Duration) async throws(KubernetesError) -> LeaseRecord {
        try await write(record, try call("PUT", id, name: id.name, CallSubject("renew", id), deadline: deadline))
    }

    private func write(_ record: LeaseRecord, _ call: APICall) async throws(KubernetesError) -> LeaseRecord {
        var call = call
        call.contentType = "application/json"
        call.query = [("fieldManager", ApplyOptions().fieldManager)]
        var object = record.object
        // With an apply's or another writer's marks in it the API server would have to work them out anew.
        object.set(["metadata", "managedFields"], to: nil)
        call.body = JSON.bytes(object)
        return LeaseRecord(try await Answer.value(sender.send(call), call.subject))
    }

    private func call(
        _ method: String, _ id: ObjectIdentity, name: String?, _ subject: CallSubject, deadline: Duration
    ) throws(KubernetesError) -> APICall {
        var path = "/apis/coordination.k8s.io/v1/namespaces/\(try PathEncoding.segment(id.namespace, subject))/leases"
        if let name { path += "/\(try PathEncoding.segment(name, subject))" }
        var call = APICall(method: method, path: path, subject: subject)
        call.safety = .never
        call.deadline = deadline
        return call
    }
}
