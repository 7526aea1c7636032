import BenchmarkSupport
import Foundation

/// Measures the apply engine beside `kubectl apply --server-side`, against the same local cluster in the same run.
///
///     ClusterBenchmark SLIPWAY [rest | environments [COUNT] | OBJECTS...]
///
/// With `rest` only what a controller at rest costs is measured, with `environments` only what many Environments cost.
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: ClusterBenchmark SLIPWAY [rest | environments [COUNT] | OBJECTS...]\n".utf8))
    exit(2)
}
let sizes = arguments.dropFirst(2).compactMap { Int($0) }
let only = arguments.dropFirst(2).first.flatMap { Int($0) == nil ? $0 : nil }

/// Each on a cluster and a controller of its own.
func measure(polls: Bool = false, _ body: (Stage) throws -> Void) throws {
    let stage = try Stage(slipway: arguments[1], polls: polls)
    do {
        try stage.startController()
        try body(stage)
        stage.stop()
    } catch {
        let log = (try? String(contentsOfFile: stage.folder + "/controller.log", encoding: .utf8)) ?? ""
        FileHandle.standardError.write(Data((log.split(separator: "\n").suffix(10).joined(separator: "\n") + "\n").utf8))
        stage.stop()
        throw error
    }
}

do {
    if only != "environments" {
        try measure { stage in
            if only != "rest" {
                for count in sizes.isEmpty ? [300, 3_000] : Array(sizes) { try ApplyMeasure(stage: stage, count: count).run() }
                try FailureMeasure(stage: stage).run()
            }
            try RestMeasure(stage: stage).run()
        }
    }
    if only == nil || only == "environments" {
        let count = only == nil ? nil : sizes.first
        try measure(polls: true) { try EnvironmentsMeasure(stage: $0, count: count ?? 500).run() }
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
