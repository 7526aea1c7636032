/// What the driver's thread does: take commands, let libcurl work, hand over results, watch deadlines, wait.
final class DriverLoop {
    private let multi: MultiHandle
    private let configuration: HTTPClient.Configuration
    private var transfers: [UInt64: Transfer] = [:]

    init(multi: MultiHandle, configuration: HTTPClient.Configuration) {
        self.multi = multi
        self.configuration = configuration
    }

    func run(commands takeCommands: () -> (commands: [DriverCommand], isRunning: Bool)) {
        while true {
            let (commands, isRunning) = takeCommands()
            for command in commands { isRunning ? execute(command) : command.refuse() }
            guard isRunning else { break }
            endForbidden()
            multi.perform()
            handOverFinished()
            let next = expireDeadlines()
            multi.wait(milliseconds: next)
        }
        for transfer in transfers.values {
            multi.remove(transfer.handle)
            transfer.cancel()
        }
        transfers = [:]
    }

    private func execute(_ command: DriverCommand) {
        switch command {
        case .start(let identifier, let request, let sink):
            start(identifier, request, sink)
        case .cancel(let identifier):
            guard let transfer = take(identifier) else { return }
            transfer.cancel()
        case .unpause(let identifier):
            transfers[identifier]?.unpause()
        }
    }

    private func start(_ identifier: UInt64, _ request: HTTPRequest, _ sink: TransferSink) {
        let name = request.redactedDescription
        if let defect = request.defect() { return sink.fail(.invalid(name, reason: defect)) }
        if let moment = request.endsBefore, moment <= .now { return sink.fail(.tooLate(name)) }
        guard transfers.count < configuration.limits.transfers else {
            return sink.fail(.overloaded(name, limit: configuration.limits.transfers))
        }
        guard let handle = EasyHandle() else {
            return sink.fail(HTTPError(code: .unavailable, message: "\(name): memory is short"))
        }
        do throws(HTTPError) {
            var isStream = false
            if case .stream = sink { isStream = true }
            try handle.configure(request, client: configuration, isStream: isStream)
        } catch {
            return sink.fail(error)
        }
        let transfer = Transfer(identifier: identifier, request: request, handle: handle, limits: configuration.limits, sink: sink)
        guard multi.add(handle, identifier: identifier) else {
            return sink.fail(HTTPError(code: .unavailable, message: "\(name): libcurl did not take the request"))
        }
        transfers[identifier] = transfer
    }

    /// Before libcurl may send anything: the process may have stood still since the last look.
    private func endForbidden() {
        let now = ContinuousClock.now
        for (identifier, transfer) in transfers where transfer.isForbidden(at: now) { take(identifier)?.fail(transfer.tooLate) }
    }

    private func handOverFinished() {
        while let (identifier, result) = multi.nextFinished() {
            take(identifier)?.finish(result)
        }
    }

    /// Ends what has taken too long and returns the milliseconds until the next deadline, at most a minute.
    private func expireDeadlines() -> Int32 {
        let now = ContinuousClock.now
        var next = now + .seconds(60)
        for (identifier, transfer) in transfers {
            if let error = transfer.expired(at: now) {
                take(identifier)?.fail(error)
            } else if let deadline = transfer.deadline, deadline < next {
                next = deadline
            }
        }
        // Rounded up: waking a fraction too early would spin until the deadline.
        return Int32(clamping: (next - now).wholeMilliseconds + 1)
    }

    private func take(_ identifier: UInt64) -> Transfer? {
        guard let transfer = transfers.removeValue(forKey: identifier) else { return nil }
        multi.remove(transfer.handle)
        return transfer
    }
}
