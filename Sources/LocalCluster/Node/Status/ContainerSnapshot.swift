package import Manifests

/// What is known about one container at one moment.
package struct ContainerSnapshot: Sendable, Hashable {
    package struct Termination: Sendable, Hashable {
        package var exitCode: Int64
        package var reason: String
        package var message: String?
        package var startedAt: Timestamp?
        package var finishedAt: Timestamp
        package var containerID: String

        package var value: Value {
            .mapping(
                ("exitCode", .integer(exitCode)), ("reason", .string(reason)), ("message", message.map(Value.string)),
                ("startedAt", .string((startedAt ?? finishedAt).rfc3339)), ("finishedAt", .string(finishedAt.rfc3339)),
                ("containerID", containerID.isEmpty ? nil : .string(containerID)))
        }
    }

    package enum State: Sendable, Hashable {
        case waiting(reason: String, message: String?)
        case running(since: Timestamp)
        case terminated(Termination)
    }

    package var name: String
    package var image: String
    package var imageID = ""
    package var state: State
    package var lastTermination: Termination?
    package var restartCount: Int64 = 0
    /// Its startup probe has passed, or it has none.
    package var isStarted = false
    package var isReady = false
    package var containerID = ""

    package init(name: String, image: String, state: State) {
        self.name = name
        self.image = image
        self.state = state
    }

    package var value: Value {
        let stateValue: Value
        switch state {
        case .waiting(let reason, let message):
            stateValue = ["waiting": .mapping(("reason", .string(reason)), ("message", message.map(Value.string)))]
        case .running(let since): stateValue = ["running": ["startedAt": .string(since.rfc3339)]]
        case .terminated(let termination): stateValue = ["terminated": termination.value]
        }
        return .mapping(
            ("name", .string(name)), ("state", stateValue),
            ("lastState", lastTermination.map { ["terminated": $0.value] } ?? .object([:])), ("ready", .bool(isReady)),
            ("restartCount", .integer(restartCount)), ("image", .string(image)), ("imageID", .string(imageID)),
            ("containerID", containerID.isEmpty ? nil : .string(containerID)), ("started", .bool(isStarted)))
    }
}
