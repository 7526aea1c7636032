internal import Manifests

extension EnvironmentPolicy.Verification {
    init(reader: StrictReader) {
        self.init()
        smokeTests = reader.filePaths("smokeTests", atMost: PolicyLimits.smokeTestFiles)
        deadline = reader.duration("deadline", in: PolicyLimits.deadline, default: deadline)
    }
}
