internal import Manifests

/// The Node object of this machine.
enum NodeObject {
    static func make(_ context: NodeContext) -> Value {
        let name = context.configuration.nodeName
        let machine = context.machine
        return [
            "metadata": [
                "name": .string(name),
                "labels": [
                    "kubernetes.io/hostname": .string(name), "kubernetes.io/os": .string(machine.operatingSystem),
                    "kubernetes.io/arch": .string(machine.architecture), "node-role.kubernetes.io/control-plane": "",
                ],
            ], "spec": ["providerID": .string("slipway://\(name)")],
        ]
    }

    static func status(_ context: NodeContext, former: Value?) -> Value {
        let machine = context.machine
        let now = context.now.rfc3339
        let resources: Value = [
            "cpu": .string(String(machine.cpu.units)), "memory": .string("\(machine.memory.units / 1024)Ki"), "pods": "250",
            "ephemeral-storage": "10Gi",
        ]
        let before = ConditionList(former?["conditions"]?.array)
        let conditions = [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ].map { type, status, reason, message in
            Value.mapping(
                ("type", .string(type)), ("status", .string(status)), ("lastHeartbeatTime", .string(now)),
                ("lastTransitionTime", before[type]?["lastTransitionTime"] ?? .string(now)), ("reason", .string(reason)),
                ("message", .string(message)))
        }
        return [
            "capacity": resources, "allocatable": resources, "conditions": .array(conditions),
            "addresses": [
                ["type": "InternalIP", "address": .string(context.network.nodeAddress)],
                ["type": "Hostname", "address": .string(context.configuration.nodeName)],
            ],
            "nodeInfo": [
                "architecture": .string(machine.architecture), "bootID": "", "containerRuntimeVersion": "slipway-processes://1.0",
                "kernelVersion": .string(machine.kernel), "kubeProxyVersion": "", "kubeletVersion": "v1.33.0-slipway", "machineID": "",
                "operatingSystem": .string(machine.operatingSystem), "osImage": "local processes", "systemUUID": "",
            ],
        ]
    }
}
