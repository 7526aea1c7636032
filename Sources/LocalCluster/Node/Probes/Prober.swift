internal import NIOCore
package import NIOPosix
internal import NIOSSL
internal import Subprocess
internal import SystemPackage

/// Asks containers how they are.
package struct Prober: Sendable {
    package struct Answer: Sendable, Hashable {
        package var isSuccess: Bool
        /// What failed, in the kubelet's words.
        package var message: String

        package static let success = Answer(isSuccess: true, message: "")
        package static func failure(_ message: String) -> Answer { Answer(isSuccess: false, message: message) }
    }

    /// Where an exec action runs.
    package struct ExecContext: Sendable {
        package var environment: [String: String]
        package var workingDirectory: String
        package var rewrite: @Sendable (String) -> String
    }

    let group: MultiThreadedEventLoopGroup

    package init(group: MultiThreadedEventLoopGroup) { self.group = group }

    package func ask(_ action: ProbePlan.Action, timeout: Duration, _ context: ExecContext) async -> Answer {
        switch action {
        case .http(let target): await http(target, timeout)
        case .tcp(let host, let port): await tcp(host, port, timeout)
        case .exec(let command): await exec(command, timeout, context)
        case .impossible(let why): .failure(why)
        }
    }

    // MARK: - TCP

    private func tcp(_ host: String, _ port: Int, _ timeout: Duration) async -> Answer {
        do {
            let channel = try await ClientBootstrap(group: group).connectTimeout(TimeAmount(timeout)).connect(host: host, port: port).get()
            channel.close(mode: .all, promise: nil)
            return .success
        } catch {
            return .failure(Self.dialMessage(host, port, error))
        }
    }

    private static func dialMessage(_ host: String, _ port: Int, _ error: any Error) -> String {
        "dial tcp \(host):\(port): \(reason(error))"
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError, let last = error.connectionErrors.last { return reason(last.error) }
        if let error = error as? IOError {
            switch error.errnoCode {
            case ConnectionErrno.refused: return "connect: connection refused"
            case ConnectionErrno.reset: return "read: connection reset by peer"
            default: return "connect: \(error)"
            }
        }
        if let error = error as? ChannelError, case .connectTimeout = error { return "i/o timeout" }
        return "\(error)"
    }

    // MARK: - HTTP

    /// Only the status line matters; the rest of the answer is not read.
    private func http(_ target: ProbePlan.HTTPTarget, _ timeout: Duration) async -> Answer {
        let result = OneValue<Answer>()
        let deadline = group.next().scheduleTask(in: TimeAmount(timeout)) {
            result.set(.failure("Get \"\(target.url)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"))
        }
        var request = "GET \(target.path) HTTP/1.1\r\n"
        if target.headers["Host"] == nil { request += "Host: \(target.host):\(target.port)\r\n" }
        if target.headers["User-Agent"] == nil { request += "User-Agent: kube-probe/1.33\r\n" }
        for (name, value) in target.headers.sorted(by: { $0.key < $1.key }) where Self.isHeaderSafe(name) && Self.isHeaderSafe(value) {
            request += "\(name): \(value)\r\n"
        }
        request += "Accept: */*\r\nConnection: close\r\n\r\n"
        let bytes = request
        do {
            let tls = target.isTLS ? try Self.unverifiedTLS() : nil
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(TimeAmount(timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                        }
                        try channel.pipeline.syncOperations.addHandler(StatusLineHandler(bytes, target.url, result))
                    }
                }
                .connect(host: target.host, port: target.port).get()
            let answer = await result.value()
            channel.close(mode: .all, promise: nil)
            deadline.cancel()
            return answer
        } catch {
            deadline.cancel()
            return .failure("Get \"\(target.url)\": \(Self.dialMessage(target.host, target.port, error))")
        }
    }

    /// The kubelet does not check certificates either: a probe asks whether somebody answers.
    private static func unverifiedTLS() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return try NIOSSLContext(configuration: configuration)
    }

    private static func isHeaderSafe(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

    // MARK: - exec

    private func exec(_ command: [String], _ timeout: Duration, _ context: ExecContext) async -> Answer {
        let words = command.map(context.rewrite)
        guard let name = words.first else { return .failure("the command is empty") }
        let executable: Executable = name.contains("/") ? .path(FilePath(name)) : .name(name)
        var options = PlatformOptions()
        options.createSession = true
        let environment = Dictionary(
            context.environment.map { (Environment.Key(stringLiteral: $0), $1) }, uniquingKeysWith: { $1 })
        let configuration = Configuration(
            executable: executable, arguments: Arguments(Array(words.dropFirst())), environment: .custom(environment),
            workingDirectory: FilePath(context.workingDirectory), platformOptions: options)
        return await withTaskGroup(of: Answer?.self) { tasks in
            tasks.addTask {
                do {
                    let result = try await run(
                        configuration, input: .none, output: .string(limit: NodeLimits.execOutputBytes), error: .combinedWithOutput)
                    if result.terminationStatus.isSuccess { return .success }
                    return .failure(result.standardOutput)
                } catch let error as SubprocessError where error.code == .outputLimitExceeded {
                    return .failure("the command printed more than \(NodeLimits.execOutputBytes) bytes")
                } catch {
                    return .failure("exec: \"\(name)\": \(error)")
                }
            }
            tasks.addTask {
                do { try await Task.sleep(for: timeout) } catch { return nil }
                return .failure("command \"\(command.joined(separator: " "))\" timed out after \(timeout.components.seconds)s")
            }
            let first = await tasks.next() ?? nil
            // Cancelling the run kills the command.
            tasks.cancelAll()
            return first ?? .failure("the probe was stopped")
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

/// Sends a request and reads the status line of the answer.
private final class StatusLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: String
    private let url: String
    private let result: OneValue<Prober.Answer>
    private var line: [UInt8] = []

    init(_ request: String, _ url: String, _ result: OneValue<Prober.Answer>) {
        self.request = request
        self.url = url
        self.result = result
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        line += unwrapInboundIn(data).readableBytesView.prefix(NodeLimits.probeAnswerBytes - line.count)
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count >= NodeLimits.probeAnswerBytes { settle(.failure("Get \"\(url)\": malformed HTTP response"), context) }
            return
        }
        let words = String(decoding: line[..<end], as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
            return settle(.failure("Get \"\(url)\": malformed HTTP response"), context)
        }
        settle((200..<400).contains(status) ? .success : .failure("HTTP probe failed with statuscode: \(status)"), context)
    }

    func channelInactive(context: ChannelHandlerContext) { settle(.failure("Get \"\(url)\": EOF"), context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { settle(.failure("Get \"\(url)\": \(error)"), context) }

    private func settle(_ answer: Prober.Answer, _ context: ChannelHandlerContext) {
        result.set(answer)
        context.close(promise: nil)
    }
}
