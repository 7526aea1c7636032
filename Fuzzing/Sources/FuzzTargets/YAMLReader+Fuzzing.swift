package import Kustomize
import YAML

extension YAMLReader {
    /// The product's adapter with the small limits of the round trip.
    package static let fuzzing = YAMLReader(
        parse: { bytes, file, _ in
            do throws(YAMLError) {
                return try YAML.parse(bytes, file: file, limits: RoundTripCheck.limits).map(\.value)
            } catch {
                throw RenderError(code: .invalidYAML, message: error.message, position: error.position)
            }
        },
        position: { path, document, bytes, file in YAML.position(of: path, document: document, in: bytes, file: file) },
        // A text that cannot be read is no structured one: the caller says so.
        rewrite: { bytes, value in try? YAML.rewrite(bytes, as: value, file: "text") })
}
