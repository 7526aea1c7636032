/// What the node could not do, told to the person who runs the cluster or who looks at a Pod.
package struct NodeError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case noFreeNetwork, addressesExhausted, cannotListen, cannotStart, cannotWriteFiles, badImagesFile, supervisorFailed
        case missingConfiguration, badReference, unsupportedVolume
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
