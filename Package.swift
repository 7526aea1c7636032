// swift-tools-version: 6.2
import PackageDescription

/// The rooms of the house, in the order in which data passes through them. `docs/architecture.md` has the picture.
/// One settings list is applied to every target in the loop at the end of this file.

let shared: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Rooms that handle the pointers of a C module. They are also checked for memory safety.
let touchesC: Set<String> = ["YAML", "HTTPTransport", "ChildProcesses", "Git", "Certificates", "Compression"]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
]
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
/// HTTP connections that become WebSockets, as `kubectl exec` asks for.
let webSocket: [Target.Dependency] = [
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
]

let systemLibraries: [Target] = [
    .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CAllocator"),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
]

let rooms: [Target] = [
    // Pure: no I/O, no Foundation.
    .target(name: "Manifests"),
    .target(name: "Kustomize", dependencies: ["Manifests"]),
    .target(name: "Health", dependencies: ["Manifests"]),
    .target(name: "Delivery", dependencies: ["Manifests"]),
    .target(name: "RankingModel"),
    // Adapters: one C library or one protocol each.
    .target(name: "YAML", dependencies: ["Manifests", "CYAML"]),
    .target(name: "HTTPTransport", dependencies: ["CCurl"]),
    .target(name: "ChildProcesses", dependencies: ["CProcess"]),
    .target(name: "Git", dependencies: ["Manifests", "HTTPTransport", "ChildProcesses", "CGit2", subprocess, systemPackage]),
    .target(name: "Helm", dependencies: ["Manifests", "Kustomize", "ChildProcesses"]),
    .target(name: "Certificates", dependencies: ["COpenSSL"]),
    .target(name: "Compression", dependencies: ["CZlib"]),
    .target(name: "Observability", dependencies: ["CAllocator", logging]),
    .target(name: "Kubernetes", dependencies: ["Manifests", "Health", "HTTPTransport", "YAML", "ChildProcesses"]),
    .target(name: "Journal", dependencies: ["Manifests", "Delivery", "Compression", grdb]),
    .target(
        name: "Verification",
        dependencies: ["Manifests", "Delivery", "Health", "HTTPTransport", "Kubernetes", "ChildProcesses"]),
    .target(name: "Notifications", dependencies: ["Manifests", "Delivery", "HTTPTransport", "Journal", "Observability", logging]),
    // The controller and what looks at it.
    .target(
        name: "Controller",
        dependencies: [
            "Manifests", "Kustomize", "Health", "Delivery", "YAML", "HTTPTransport", "Git", "Helm", "Certificates", "Kubernetes",
            "Journal", "Notifications", "Verification", "Observability", logging, serviceLifecycle,
        ]),
    .target(
        name: "Console",
        dependencies: [
            "Controller", "Delivery", "Journal", "Notifications", "Manifests", "Observability", "Certificates", hummingbird, hummingbirdTLS,
            tls, logging,
        ] + nio),
    .target(
        name: "LocalCluster",
        dependencies: [
            "Manifests", "YAML", "Certificates", "HTTPTransport", "Observability", hummingbird, hummingbirdTLS, tls, serviceLifecycle,
            logging,
            subprocess, systemPackage,
        ] + nio + webSocket),
    .target(
        name: "RankingService",
        dependencies: ["RankingModel", "Manifests", "Observability", hummingbird, serviceLifecycle, logging] + nio),
    .target(
        name: "SlipwayCommands",
        dependencies: [
            "Controller", "Console", "LocalCluster", "Journal", "Delivery", "Manifests", "Kustomize", "YAML", "Git", "Helm",
            "Kubernetes", "Certificates", "HTTPTransport", "Observability", arguments, logging, serviceLifecycle, unixSignals,
        ]),
]

let executables: [Target] = [
    .executableTarget(name: "slipway", dependencies: ["SlipwayCommands"]),
    .executableTarget(name: "ranking-service", dependencies: ["RankingService", arguments]),
    // No product. It is here because it calls the Journal itself, which no other package can.
    .executableTarget(
        name: "JournalBenchmark", dependencies: ["Journal", "Delivery", "Certificates", grdb], path: "Benchmarks/Sources/JournalBenchmark"),
]

let tests: [Target] = [
    .target(name: "TestSupport", dependencies: ["Manifests", "YAML"], path: "Tests/TestSupport"),
    .target(
        name: "WebhookSupport", dependencies: ["Certificates", "Manifests", hummingbird, hummingbirdTLS, tls, logging] + nio,
        path: "Tests/WebhookSupport"),
    .testTarget(name: "ManifestsTests", dependencies: ["Manifests", "YAML", "TestSupport"]),
    .testTarget(name: "KustomizeTests", dependencies: ["Kustomize", "YAML", "TestSupport"]),
    .testTarget(name: "HealthTests", dependencies: ["Health", "YAML", "TestSupport"]),
    .testTarget(name: "DeliveryTests", dependencies: ["Delivery", "Manifests", "YAML"]),
    .testTarget(
        name: "VerificationTests",
        dependencies: [
            "Verification", "Delivery", "Manifests", "HTTPTransport", "TestSupport", hummingbird, logging,
        ] + nio),
    .testTarget(name: "RankingModelTests", dependencies: ["RankingModel"]),
    .testTarget(name: "YAMLTests", dependencies: ["YAML", "TestSupport"]),
    .testTarget(
        name: "TransportTests",
        dependencies: [
            "HTTPTransport", "Git", "Certificates", "Controller", "Helm", "Kustomize", "Manifests", "TestSupport", hummingbird,
            hummingbirdTLS, tls, subprocess, systemPackage, serviceLifecycle,
        ] + nio),
    .testTarget(name: "HelmTests", dependencies: ["Helm", "ChildProcesses", "Kustomize", "Manifests", "YAML", "TestSupport"]),
    .testTarget(
        name: "KubernetesTests",
        dependencies: ["Kubernetes", "Health", "HTTPTransport", "Manifests", "LocalCluster", "TestSupport", hummingbird, logging] + nio),
    .testTarget(
        name: "NotificationsTests",
        dependencies: [
            "Notifications", "Journal", "Delivery", "Manifests", "HTTPTransport", "Observability", "TestSupport", hummingbird, logging,
            serviceLifecycle, grdb,
        ] + nio),
    .testTarget(
        name: "JournalTests",
        dependencies: ["Journal", "Delivery", "Manifests", "Certificates", "Compression", "Controller", "TestSupport", grdb],
        exclude: ["Fixtures"]),
    .testTarget(
        name: "ControllerTests",
        dependencies: [
            "Controller", "Console", "SlipwayCommands", "LocalCluster", "Kubernetes", "Journal", "Delivery", "Manifests", "Verification",
            "Git", "HTTPTransport", "Helm", "Kustomize", "Notifications", "TestSupport", "WebhookSupport", "Observability", "Certificates",
            hummingbird, logging,
            serviceLifecycle, subprocess,
            systemPackage,
        ]),
    .testTarget(
        name: "LocalClusterTests",
        dependencies: [
            "LocalCluster", "Certificates", "YAML", "TestSupport", "WebhookSupport", hummingbird, hummingbirdTLS, tls, subprocess,
        ] + nio),
    .testTarget(name: "ObservabilityTests", dependencies: ["Observability", logging]),
    .testTarget(
        name: "RankingServiceTests",
        dependencies: [
            "RankingService", "RankingModel", "Observability", "Manifests", "YAML", "HTTPTransport", "TestSupport", logging, subprocess,
            systemPackage,
        ]),
    .testTarget(name: "ProductTests", dependencies: ["TestSupport", "Manifests", "YAML", subprocess]),
]

let package = Package(
    name: "slipway",
    products: [
        .executable(name: "slipway", targets: ["slipway"]),
        .executable(name: "ranking-service", targets: ["ranking-service"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: systemLibraries + rooms + executables + tests
)

for target in package.targets where target.type != .system {
    target.swiftSettings = shared + (touchesC.contains(target.name) ? [.strictMemorySafety()] : [])
}
