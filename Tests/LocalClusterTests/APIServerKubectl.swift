import LocalCluster
import Logging
import Subprocess
import SystemPackage
import Testing

/// A local cluster for one test, and the real `kubectl` as its client.
struct KubectlCluster {
    let cluster: LocalCluster
    let directory: String

    struct Output {
        var status: Int32
        var output: String
        var error: String
    }

    /// Starts a cluster, runs `body`, and stops it again whatever happened.
    static func run(
        runsPods: Bool = false, imagesFile: String? = nil, _ body: (KubectlCluster) async throws -> Void
    ) async throws {
        let directory = "/tmp/slipway-kubectl-\(UInt64.random(in: .min ... .max))"
        var configuration = LocalClusterConfiguration(directory: directory)
        configuration.runsPods = runsPods
        configuration.imagesFile = imagesFile
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let cluster = try await LocalCluster.start(configuration: configuration, logger: logger)
        let result: Result<Void, any Error>
        do {
            try await body(KubectlCluster(cluster: cluster, directory: directory))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await cluster.stop()
        try result.get()
    }

    /// Runs kubectl with these arguments, and with text on its standard input.
    @discardableResult
    func kubectl(
        _ arguments: String..., input: String = "", succeeds: Bool = true, kubeconfig: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Output {
        try await kubectl(list: arguments, input: input, succeeds: succeeds, kubeconfig: kubeconfig, sourceLocation: sourceLocation)
    }

    @discardableResult
    func kubectl(
        list arguments: [String], input: String = "", succeeds: Bool = true, kubeconfig: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Output {
        let result = try await Subprocess.run(
            .name("kubectl"),
            arguments: Arguments(
                ["--kubeconfig", kubeconfig ?? cluster.kubeconfigPath, "--cache-dir", "\(directory)/cache"] + arguments),
            input: .string(input), output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
        var status: Int32 = -1
        if case .exited(let code) = result.terminationStatus { status = code }
        let output = Output(status: status, output: result.standardOutput, error: result.standardError)
        if succeeds { #expect(status == 0, "kubectl \(arguments.joined(separator: " ")): \(output.error)", sourceLocation: sourceLocation) }
        return output
    }
}
