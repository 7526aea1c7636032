/// What others ask about a Pod that runs.
extension PodWorker {
    func log(of name: String, previous: Bool) throws(APIError) -> ContainerLog {
        guard let container = container(named: name) else {
            throw APIError(.badRequest, "container \(name) is not valid for pod \(key.name)")
        }
        let isWaiting: Bool
        var reason = ""
        if case .waiting(let why, _) = container.snapshot.state {
            isWaiting = true
            reason = why
        } else {
            isWaiting = false
        }
        if previous {
            // Between two runs the last one is the previous one.
            if let log = isWaiting && container.snapshot.lastTermination != nil ? container.log : container.previousLog { return log }
            throw APIError(.badRequest, "previous terminated container \"\(name)\" in pod \"\(key.name)\" not found")
        }
        if let log = container.log { return log }
        throw APIError(.badRequest, "container \"\(name)\" in pod \"\(key.name)\" is waiting to start: \(reason)")
    }

    func usage() -> PodUsage? {
        let measured = containers.compactMap { container -> PodUsage.Container? in
            guard let process = container.process, let usage = context.usage.usage(session: process.pid) else { return nil }
            return PodUsage.Container(name: container.name, cpuNanocores: usage.cpuNanocores, memoryBytes: usage.memoryBytes)
        }
        return measured.isEmpty ? nil : PodUsage(containers: measured)
    }
}
