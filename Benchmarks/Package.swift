// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// A package of its own, so that measuring adds nothing to the product. It runs the built `slipway` and needs no library of it.
let package = Package(
    name: "Benchmarks",
    targets: [
        .executableTarget(name: "RenderBenchmark", swiftSettings: settings),
        .target(name: "BenchmarkSupport", swiftSettings: settings),
        .executableTarget(name: "ClusterBenchmark", dependencies: ["BenchmarkSupport"], swiftSettings: settings),
        .executableTarget(name: "DeliveryBenchmark", dependencies: ["BenchmarkSupport"], swiftSettings: settings),
    ])
