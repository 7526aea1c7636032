internal import Manifests

extension EnvironmentPolicy.Verification {
    init(reader: StrictReader) {
        self.init()
        smokeTests = reader.filePaths("smokeTests", atMost: PolicyLimits.smokeTestFiles)
        metrics = reader.objects("metrics", MetricGate.init(reader:))
        hooks = reader.objects("hooks", Hook.init(reader:))
        jobs = reader.objects("jobs", Job.init(reader:))
        deadline = reader.duration("deadline", in: PolicyLimits.deadline, default: deadline)
        reader.limit("metrics", to: PolicyLimits.metrics)
        reader.limit("hooks", to: PolicyLimits.hooks)
        reader.limit("jobs", to: PolicyLimits.jobs)
        var seen: Set<String> = []
        for metric in metrics where !seen.insert(metric.name).inserted {
            reader.reject("metrics", "has two gates named \"\(metric.name)\"")
        }
        seen = []
        for job in jobs where !seen.insert(job.path).inserted { reader.reject("jobs", "names \"\(job.path)\" twice") }
        checkTimes(reader)
    }

    /// What can only pass after the deadline would take every Release back.
    private func checkTimes(_ reader: StrictReader) {
        func require(_ time: Duration, _ what: String, _ key: String) {
            guard time >= deadline else { return }
            reader.reject(
                key,
                "\(what) needs \(DurationText.string(time)), and deadline, how long all of verification may take, is "
                    + "\(DurationText.string(deadline)): set a longer deadline")
        }
        for metric in metrics { require(metric.neededTime + metric.interval, "the gate \"\(metric.name)\"", "metrics") }
        for hook in hooks { require(hook.timeout, "the timeout of \(hook.path)", "hooks") }
        for job in jobs { require(job.timeout, "the timeout of \(job.path)", "jobs") }
    }
}

extension EnvironmentPolicy.Verification.Hook {
    fileprivate init?(reader: StrictReader) {
        guard let path = reader.require("path", reader.filePath("path")) else {
            _ = reader.strings("arguments")
            _ = reader.duration("timeout")
            return nil
        }
        self.init(path: path)
        arguments = reader.strings("arguments")
        timeout = reader.duration("timeout", in: PolicyLimits.hookTimeout, default: timeout)
        reader.limit("arguments", to: PolicyLimits.hookArguments)
        for argument in arguments where argument.utf8.count > PolicyLimits.hookArgumentBytes || argument.utf8.contains(0) {
            reader.reject("arguments", "must be texts of at most \(PolicyLimits.hookArgumentBytes) bytes, without NUL")
        }
    }
}

extension EnvironmentPolicy.Verification.Job {
    fileprivate init?(reader: StrictReader) {
        let path = reader.require("path", reader.filePath("path"))
        let timeout = reader.duration("timeout", in: PolicyLimits.jobTimeout)
        guard let path else { return nil }
        self.init(path: path)
        self.timeout = timeout ?? self.timeout
    }
}

extension StrictReader {
    fileprivate func limit(_ key: String, to count: Int) {
        guard let found = raw(key)?.array?.count, found > count else { return }
        reject(key, "has \(found) entries; at most \(count) are allowed")
    }
}
