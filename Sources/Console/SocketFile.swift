internal import Controller
internal import Foundation

/// The files by which the command line finds the controller.
enum SocketFile {
    /// A socket that a killed controller left behind would refuse the next one. The state lock is held here, so it is nobody's.
    static func clear(_ path: String) throws(ControllerError) {
        // The kernel's limit of sun_path, with its closing zero.
        guard path.utf8.count < 108 else {
            throw ControllerError(
                .configuration,
                "the socket \(path) has \(path.utf8.count) bytes in its path; the system allows 107. Set listen.socket or a shorter stateDirectory"
            )
        }
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw ControllerError(.io, "the old socket \(path) cannot be removed: \(error.localizedDescription)")
        }
    }

    /// Any user of the machine may ask; what they may do depends on who they are.
    static func restrict(_ path: String) {
        chmod(path, 0o666)
    }

    static func write(_ text: String, to path: String) {
        let isWritten = FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o644])
        assert(isWritten, "the state directory was writable a moment ago")
    }
}
