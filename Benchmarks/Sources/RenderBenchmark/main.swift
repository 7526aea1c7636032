import Glibc

// Renders overlays of growing size with `slipway render` and `kubectl kustomize`, one after the other on the same files, and prints
// ratios, how CPU time grows (CPU ~ objects^exponent), and how long the smallest takes from the start of the program to its end.
//
//     swift build -c release --static-swift-stdlib --product slipway
//     swift run --package-path Benchmarks -c release RenderBenchmark .build/release/slipway [largest size for kubectl]

let words = CommandLine.arguments
guard words.count >= 2 else {
    fatalErrorMessage("usage: RenderBenchmark PATH-OF-SLIPWAY [LARGEST-SIZE-FOR-KUBECTL]")
}
let slipway = words[1]
/// kubectl takes one to two minutes for 5,000 objects and grows with their square: 20,000 would take it half an hour.
let largestForKubectl = words.count > 2 ? Int(words[2]) ?? 5_000 : 5_000
let parent = "/tmp/slipway-benchmark-\(getpid())"

func fatalErrorMessage(_ text: String) -> Never {
    print(text)
    exit(2)
}

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
}

func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let rounded = (value * scale).rounded() / scale
    return digits == 0 ? String(Int(rounded)) : String(rounded)
}

/// The slope between the first and last size from 100 objects on: below, starting the program is all there is.
func exponent(_ points: [(objects: Int, cost: Cost)]) -> String {
    let large = points.filter { $0.objects >= 100 }
    guard let first = large.first, let last = large.last, last.objects > first.objects else { return "-" }
    return decimal(log(last.cost.cpuSeconds / first.cost.cpuSeconds) / log(Double(last.objects) / Double(first.objects)), 2)
}

do {
    var ours: [(objects: Int, cost: Cost)] = []
    var theirs: [(objects: Int, cost: Cost)] = []
    print("objects | slipway CPU s, MiB | kubectl CPU s, MiB | times faster (CPU, wall), part of its memory")
    for objects in [10, 100, 1_000, 5_000, 20_000] {
        let folder = try Overlay(objects: objects, in: parent).folder + "/overlay"
        let own = try Program.best(of: 3, [slipway, "render", folder])
        ours.append((objects, own))
        var line = "\(padded(String(objects), 7)) | \(padded(decimal(own.cpuSeconds, 3), 8)) \(padded(decimal(own.peakMegabytes, 0), 6)) |"
        if objects <= largestForKubectl {
            let other = try Program.best(of: objects <= 1_000 ? 3 : 1, ["kubectl", "kustomize", folder])
            theirs.append((objects, other))
            line += " \(padded(decimal(other.cpuSeconds, 3), 8)) \(padded(decimal(other.peakMegabytes, 0), 6)) |"
            line += " \(decimal(other.cpuSeconds / own.cpuSeconds, 1)), \(decimal(other.wallSeconds / own.wallSeconds, 1)),"
            line += " \(decimal(own.peakMegabytes / other.peakMegabytes, 2))"
        }
        print(line)
    }
    print("growth exponent: slipway \(exponent(ours)), kubectl \(exponent(theirs))")
    let smallest = try Overlay(objects: 10, in: parent).folder + "/overlay"
    let own = try Program.best(of: 20, [slipway, "render", smallest], by: \.wallSeconds)
    let other = try Program.best(of: 20, ["kubectl", "kustomize", smallest], by: \.wallSeconds)
    print(
        "start to end, 10 objects: slipway \(decimal(own.wallSeconds * 1000, 1)) ms, kubectl \(decimal(other.wallSeconds * 1000, 1)) ms")
    _ = try Program.run(["rm", "-rf", parent])
} catch {
    fatalErrorMessage("\(error)")
}
