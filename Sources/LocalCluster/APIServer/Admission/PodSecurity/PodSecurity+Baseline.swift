internal import Manifests

/// The controls of `baseline`: what is known to let a container out of its box.
extension PodSecurity {
    typealias Finding = (reason: String, detail: String)

    private static let defaultCapabilities: Set = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
        "SETUID", "SYS_CHROOT",
    ]
    private static let safeSysctls: Set = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]
    private static let seLinuxTypes: Set = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]

    static func appArmor(_ pod: PodSecurityView) -> Finding? {
        var values: [String] = []
        func isBad(_ context: Value?) -> Bool {
            guard let type = context?["appArmorProfile"]?["type"]?.string, type != "RuntimeDefault", type != "Localhost" else {
                return false
            }
            if !values.contains(type) { values.append(type) }
            return true
        }
        var setters = isBad(pod.context) ? ["pod"] : []
        if let containers = pod.named(where: { isBad($0["securityContext"]) }) { setters.append(containers) }
        if setters.isEmpty { return nil }
        return (
            values.count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
            "\(setters.joined(separator: " and ")) must not set AppArmor profile type to \(PodSecurityView.quoted(values.sorted()))"
        )
    }

    static func addedCapabilities(_ pod: PodSecurityView) -> Finding? {
        added(pod, beyond: defaultCapabilities).map { ("non-default capabilities", $0) }
    }

    /// The sentence about capabilities that are added beyond these.
    static func added(_ pod: PodSecurityView, beyond allowed: Set<String>) -> String? {
        var names: Set<String> = []
        let containers = pod.named { container in
            let more = (container["securityContext"]?["capabilities"]?["add"]?.array ?? []).compactMap(\.string)
                .filter { !allowed.contains($0) }
            names.formUnion(more)
            return !more.isEmpty
        }
        return containers.map { "\($0) must not include \(PodSecurityView.quoted(names.sorted())) in securityContext.capabilities.add" }
    }

    static func hostNamespaces(_ pod: PodSecurityView) -> Finding? {
        let set = ["hostNetwork", "hostPID", "hostIPC"].filter { pod.spec[$0]?.bool == true }
        return set.isEmpty ? nil : ("host namespaces", set.map { "\($0)=true" }.joined(separator: ", "))
    }

    static func hostPaths(_ pod: PodSecurityView) -> Finding? {
        let names = (pod.spec["volumes"]?.array ?? []).filter { $0["hostPath"] != nil }.compactMap { $0["name"]?.string }
        return names.isEmpty ? nil : ("hostPath volumes", PodSecurityView.name("volume", names))
    }

    static func hostPorts(_ pod: PodSecurityView) -> Finding? {
        var ports: Set<Int64> = []
        var count = 0
        let containers = pod.named { container in
            let own = (container["ports"]?.array ?? []).compactMap { $0["hostPort"]?.integer }.filter { $0 != 0 }
            ports.formUnion(own)
            count += own.isEmpty ? 0 : 1
            return !own.isEmpty
        }
        guard let containers else { return nil }
        let list = ports.sorted().map(String.init).joined(separator: ", ")
        return ("hostPort", "\(containers) \(count == 1 ? "uses" : "use") \(ports.count == 1 ? "hostPort" : "hostPorts") \(list)")
    }

    /// Since 1.34: a probe or hook that names a host makes the kubelet ask it.
    static func probeHosts(_ pod: PodSecurityView) -> Finding? {
        var hosts: Set<String> = []
        var count = 0
        let containers = pod.named { container in
            let actions =
                ["livenessProbe", "readinessProbe", "startupProbe"].map { container[$0] }
                + ["postStart", "preStop"].map { container["lifecycle"]?[$0] }
            let own = actions.flatMap { action in ["httpGet", "tcpSocket"].compactMap { action?[$0]?["host"]?.string } }
                .filter { !$0.isEmpty }
            hosts.formUnion(own)
            count += own.isEmpty ? 0 : 1
            return !own.isEmpty
        }
        guard let containers else { return nil }
        let what = "probe or lifecycle \(hosts.count == 1 ? "host" : "hosts")"
        return ("probe or lifecycle host", "\(containers) \(count == 1 ? "uses" : "use") \(what) \(PodSecurityView.quoted(hosts.sorted()))")
    }

    static func privileged(_ pod: PodSecurityView) -> Finding? {
        pod.named { $0["securityContext"]?["privileged"]?.bool == true }
            .map { ("privileged", "\($0) must not set securityContext.privileged=true") }
    }

    static func procMount(_ pod: PodSecurityView) -> Finding? {
        var values: Set<String> = []
        let containers = pod.named { container in
            guard let mount = container["securityContext"]?["procMount"]?.string, mount != "Default" else { return false }
            values.insert(mount)
            return true
        }
        return containers.map {
            ("procMount", "\($0) must not set securityContext.procMount to \(PodSecurityView.quoted(values.sorted()))")
        }
    }

    static func seLinux(_ pod: PodSecurityView) -> Finding? {
        var types: Set<String> = []
        var setsUser = false
        var setsRole = false
        func isBad(_ context: Value?) -> Bool {
            guard let options = context?["seLinuxOptions"] else { return false }
            let type = options["type"]?.string ?? ""
            let user = !(options["user"]?.string ?? "").isEmpty
            let role = !(options["role"]?.string ?? "").isEmpty
            if !seLinuxTypes.contains(type) { types.insert(type) }
            setsUser = setsUser || user
            setsRole = setsRole || role
            return !seLinuxTypes.contains(type) || user || role
        }
        var setters = isBad(pod.context) ? ["pod"] : []
        if let containers = pod.named(where: { isBad($0["securityContext"]) }) { setters.append(containers) }
        if setters.isEmpty { return nil }
        var details: [String] = []
        if !types.isEmpty { details.append("\(types.count == 1 ? "type" : "types") \(PodSecurityView.quoted(types.sorted()))") }
        if setsUser { details.append("user may not be set") }
        if setsRole { details.append("role may not be set") }
        return (
            "seLinuxOptions",
            "\(setters.joined(separator: " and ")) set forbidden securityContext.seLinuxOptions: \(details.joined(separator: "; "))"
        )
    }

    static func seccompBaseline(_ pod: PodSecurityView) -> Finding? {
        forbiddenSeccomp(pod).map { ("seccompProfile", $0) }
    }

    /// The sentence about who sets a seccomp profile that none may have.
    static func forbiddenSeccomp(_ pod: PodSecurityView) -> String? {
        var values: Set<String> = []
        func isBad(_ context: Value?) -> Bool {
            guard let type = context?["seccompProfile"]?["type"]?.string, type != "RuntimeDefault", type != "Localhost" else {
                return false
            }
            values.insert(type)
            return true
        }
        var setters = isBad(pod.context) ? ["pod"] : []
        if let containers = pod.named(where: { isBad($0["securityContext"]) }) { setters.append(containers) }
        if setters.isEmpty { return nil }
        return "\(setters.joined(separator: " and ")) must not set securityContext.seccompProfile.type to "
            + PodSecurityView.quoted(values.sorted())
    }

    static func sysctls(_ pod: PodSecurityView) -> Finding? {
        let names = (pod.context?["sysctls"]?.array ?? []).compactMap { $0["name"]?.string }.filter { !safeSysctls.contains($0) }
        return names.isEmpty ? nil : ("forbidden sysctls", names.joined(separator: ", "))
    }

    static func hostProcess(_ pod: PodSecurityView) -> Finding? {
        func isBad(_ context: Value?) -> Bool { context?["windowsOptions"]?["hostProcess"]?.bool == true }
        var setters = isBad(pod.context) ? ["pod"] : []
        if let containers = pod.named(where: { isBad($0["securityContext"]) }) { setters.append(containers) }
        if setters.isEmpty { return nil }
        return ("hostProcess", "\(setters.joined(separator: " and ")) must not set securityContext.windowsOptions.hostProcess=true")
    }
}
