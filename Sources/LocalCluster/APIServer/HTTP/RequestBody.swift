internal import Manifests
internal import YAML

extension APIRequest {
    /// The body, in whichever of the forms that we read it was written: JSON, YAML, or the API's protobuf.
    func parseBody() throws(APIError) -> Value {
        if contentType.hasPrefix("application/yaml") || contentType.hasPrefix("application/apply-patch+yaml") { return try parseYAML() }
        if contentType.hasPrefix("application/vnd.kubernetes.protobuf") { return try ProtobufDecoder.decode(body) }
        if contentType.contains("cbor") {
            throw APIError(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, "
                    + "application/vnd.kubernetes.protobuf")
        }
        do {
            return try JSON.parse(body)
        } catch {
            throw APIError(.badRequest, "the body of the request is not JSON: \(error.message)")
        }
    }

    private func parseYAML() throws(APIError) -> Value {
        do {
            let documents = try YAML.parse(body, file: "body")
            guard documents.count == 1 else {
                throw APIError(.badRequest, "the body of the request has \(documents.count) documents, not one")
            }
            return documents[0].value
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.badRequest, "error decoding YAML: \(error)")
        }
    }
}
