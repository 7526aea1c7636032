import Glibc

/// What one run of a program cost, as the kernel counted it.
struct Cost {
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMegabytes: Double
}

/// Runs a program to its end without its output and takes its cost.
enum Program {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func run(_ arguments: [String]) throws -> Cost {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let clock = ContinuousClock()
        let start = clock.now
        var process: pid_t = 0
        let status = posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
        guard status == 0 else { throw Failure(description: "\(arguments[0]) cannot be started: \(String(cString: strerror(status)))") }
        var exit: Int32 = 0
        var usage = rusage()
        guard wait4(process, &exit, 0, &usage) == process else { throw Failure(description: "\(arguments[0]) was lost") }
        let wall = clock.now - start
        guard exit == 0 else { throw Failure(description: "\(arguments.joined(separator: " ")) ended with status \(exit >> 8 & 0xFF)") }
        return Cost(
            wallSeconds: Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18,
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakMegabytes: Double(usage.ru_maxrss) / 1024)
    }

    /// The cheapest of some runs: what else the machine does only adds.
    static func best(of runs: Int, _ arguments: [String], by cost: KeyPath<Cost, Double> = \.cpuSeconds) throws -> Cost {
        var best = try run(arguments)
        for _ in 1..<max(runs, 1) {
            let next = try run(arguments)
            if next[keyPath: cost] < best[keyPath: cost] { best = next }
        }
        return best
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
