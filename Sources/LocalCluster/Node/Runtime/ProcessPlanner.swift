internal import Manifests

/// From a container's specification to what is run on this machine; pure but for looking at the search path.
enum ProcessPlanner {
    struct Input {
        var container: Value
        var image: LocalImage
        var facts: PodFacts
        var mounts: MountTable
        var root: String
        var variables: [String: String]
        var machineEnvironment: [String: String]
        var terminationMessagePath: String
    }

    static func plan(_ input: Input) throws(NodeError) -> ProcessPlan {
        let table = MountTable(
            input.mounts.entries + [
                .init(
                    mountPath: input.container["terminationMessagePath"]?.string ?? "/dev/termination-log",
                    realPath: input.terminationMessagePath)
            ])
        var environment = input.machineEnvironment
        environment["HOME"] = input.root
        environment["HOSTNAME"] = input.facts.pod.name
        environment.merge(input.image.environment) { $1 }
        environment.merge(input.variables) { $1 }
        environment = environment.mapValues(table.rewrite)
        environment["SLIPWAY_VOLUME_ROOT"] = input.root

        let ownCommand = input.container["command"]?.array?.compactMap(\.string) ?? []
        let ownArguments = input.container["args"]?.array?.compactMap(\.string)
        let entry = ownCommand.isEmpty ? input.image.command : ownCommand
        let rest = ownArguments ?? (ownCommand.isEmpty ? input.image.arguments : [])
        let words = (entry + rest).map { table.rewrite(VariableExpansion.expand($0, with: input.variables)) }
        guard let first = words.first else { throw NodeError(.cannotStart, "no command specified") }
        return ProcessPlan(
            executable: try resolve(first, environment["PATH"] ?? ""), arguments: Array(words.dropFirst()), environment: environment,
            workingDirectory: workingDirectory(input, table))
    }

    /// The directory of the image or of the container when this machine has it, else the container's own root.
    private static func workingDirectory(_ input: Input, _ table: MountTable) -> String {
        for wanted in [input.container["workingDir"]?.string, input.image.workingDirectory] {
            guard let wanted, !wanted.isEmpty else { continue }
            let real = table.rewrite(wanted)
            if FileTree.exists(real) { return real }
        }
        return input.root
    }

    static func resolve(_ name: String, _ searchPath: String) throws(NodeError) -> String {
        if name.contains("/") {
            guard FileTree.exists(name) else { throw NodeError(.cannotStart, "exec: \"\(name)\": stat \(name): no such file or directory") }
            guard FileTree.isExecutable(name) else { throw NodeError(.cannotStart, "exec: \"\(name)\": permission denied") }
            return name
        }
        for directory in searchPath.split(separator: ":") where FileTree.isExecutable("\(directory)/\(name)") {
            return "\(directory)/\(name)"
        }
        throw NodeError(.cannotStart, "exec: \"\(name)\": executable file not found in $PATH")
    }
}
