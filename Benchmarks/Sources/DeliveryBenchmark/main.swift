import BenchmarkSupport
import Foundation

/// Measures how soon a bad Release is gone, beside `kubectl rollout undo` of the same change in the same run.
///
///     DeliveryBenchmark SLIPWAY RANKING-SERVICE [RUNS]
let arguments = CommandLine.arguments
guard arguments.count > 2 else {
    FileHandle.standardError.write(Data("usage: DeliveryBenchmark SLIPWAY RANKING-SERVICE [RUNS]\n".utf8))
    exit(2)
}
let runs = arguments.dropFirst(3).first.flatMap { Int($0) } ?? 5

do {
    let gate = try GateServer()
    let stage = try Stage(
        slipway: arguments[1], images: DemoService.images(arguments[2]), configuration: "smokeTests: {hosts: [\"\(gate.url)\"]}\n")
    do {
        try stage.startController()
        try WayBackMeasure(stage: stage, gate: gate).run(runs)
        try FirstWriteMeasure(stage: stage, gate: gate).run(runs)
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
