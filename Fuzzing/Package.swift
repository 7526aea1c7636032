// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because everything in it is built with coverage counters. `Sources/` links to the rooms that are tried, so that they are one
// package with the targets and their `package` declarations can be seen.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error), .unsafeFlags(["-sanitize=fuzzer"]),
]

// gold, the default, stops with an error of its own at these objects.
let linking: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]

let package = Package(
    name: "Fuzzing",
    targets: [
        .systemLibrary(name: "CFuzzer"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
        .target(name: "Manifests", swiftSettings: settings),
        .target(name: "Kustomize", dependencies: ["Manifests"], swiftSettings: settings),
        .target(name: "YAML", dependencies: ["Manifests", "CYAML"], swiftSettings: settings + [.strictMemorySafety()]),
        .target(name: "FuzzTargets", dependencies: ["Kustomize", "Manifests", "YAML"], swiftSettings: settings),
        .executableTarget(
            name: "FuzzYAML", dependencies: ["CFuzzer", "FuzzTargets"], swiftSettings: settings, linkerSettings: linking),
        .executableTarget(
            name: "FuzzBuild", dependencies: ["CFuzzer", "FuzzTargets", "Kustomize"], swiftSettings: settings, linkerSettings: linking),
    ])
