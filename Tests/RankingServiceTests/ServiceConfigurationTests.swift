import Logging
import Observability
import Testing

@testable import RankingService

@Suite struct ServiceConfigurationTests {
    @Test func `an empty environment gives the defaults`() throws {
        let configuration = try ServiceConfiguration(environment: ["HTTP_PORT": "", "PATH": "/bin"])
        #expect(configuration.httpPort == 8080)
        #expect(configuration.metricsPort == 9090)
        #expect(configuration.weightsDirectory == "/etc/ranking-weights")
        #expect(configuration.version == BuiltIn.version)
        #expect(configuration.fallbackMode == .none)
        #expect(configuration.databaseMaxConnections == 30)
        #expect(configuration.drain == .seconds(5))
    }

    @Test func `every variable is read`() throws {
        let configuration = try ServiceConfiguration(environment: [
            "LISTEN_ADDRESS": "::1", "HTTP_PORT": "1", "METRICS_PORT": "65535", "RANKING_WEIGHTS_DIR": "/w",
            "SERVICE_VERSION": "2.0.0-rc.1",
            "POD_NAME": "pod-1", "FALLBACK_MODE": "cache-only", "DATABASE_MAX_CONNECTIONS": "40", "DRAIN_SECONDS": "0",
            "LOG_FORMAT": "json", "LOG_LEVEL": "debug",
        ])
        #expect(configuration.listenAddress == "::1")
        #expect(configuration.httpPort == 1)
        #expect(configuration.metricsPort == 65_535)
        #expect(configuration.weightsDirectory == "/w")
        #expect(configuration.version == "2.0.0-rc.1")
        #expect(configuration.podName == "pod-1")
        #expect(configuration.fallbackMode == .cacheOnly)
        #expect(configuration.databaseMaxConnections == 40)
        #expect(configuration.drain == .zero)
        #expect(configuration.logFormat == .json)
        #expect(configuration.logLevel == .debug)
    }

    @Test(arguments: [
        ("LISTEN_ADDRESS", "localhost"), ("LISTEN_ADDRESS", "1.2.3.4.5"), ("HTTP_PORT", "-1"), ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "8080x"),
        ("METRICS_PORT", " 1"), ("RANKING_WEIGHTS_DIR", "relative"), ("SERVICE_VERSION", "a b"), ("POD_NAME", "a\"b"),
        ("FALLBACK_MODE", "cache"), ("DATABASE_MAX_CONNECTIONS", "0"), ("DATABASE_MAX_CONNECTIONS", "1001"), ("DRAIN_SECONDS", "601"),
        ("DRAIN_SECONDS", "1.5"), ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"),
    ])
    func `a value that cannot be used is refused by name`(name: String, value: String) {
        let error = #expect(throws: ServiceError.self) { try ServiceConfiguration(environment: [name: value]) }
        #expect(error?.exitCode == 78)
        #expect(error?.message.contains("\(name) is \"\(value)\"; it must be ") == true)
    }

    @Test func `all mistakes are told at once`() {
        let error = #expect(throws: ServiceError.self) {
            try ServiceConfiguration(environment: ["DRAIN_SECONDS": "x\n", "FALLBACK_MODE": "never", "HTTP_PORT": "9090"])
        }
        #expect(
            error?.message == """
                the configuration cannot be used: HTTP_PORT and METRICS_PORT are both 9090; give them different ports; FALLBACK_MODE is \
                "never"; it must be one of none, cache-only; DRAIN_SECONDS is "x?"; it must be a number from 0 to 600
                """)
    }
}
