import BenchmarkSupport
import Foundation

/// Measures the apply engine beside `kubectl apply --server-side`, against the same local cluster in the same run.
///
///     ClusterBenchmark SLIPWAY [rest | OBJECTS...]
///
/// With `rest` only what a controller at rest costs is measured.
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: ClusterBenchmark SLIPWAY [rest | OBJECTS...]\n".utf8))
    exit(2)
}
let sizes = arguments.dropFirst(2).compactMap { Int($0) }
let isRestOnly = arguments.dropFirst(2).first == "rest"

do {
    let stage = try Stage(slipway: arguments[1])
    do {
        try stage.startController()
        if !isRestOnly {
            for count in sizes.isEmpty ? [300, 3_000] : Array(sizes) { try ApplyMeasure(stage: stage, count: count).run() }
            try FailureMeasure(stage: stage).run()
        }
        try RestMeasure(stage: stage).run()
        stage.stop()
    } catch {
        let log = (try? String(contentsOfFile: stage.folder + "/controller.log", encoding: .utf8)) ?? ""
        FileHandle.standardError.write(Data((log.split(separator: "\n").suffix(10).joined(separator: "\n") + "\n").utf8))
        stage.stop()
        throw error
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
