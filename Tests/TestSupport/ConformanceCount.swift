/// How many cases came out how.
struct ConformanceCount: CustomStringConvertible {
    var passed = 0
    var onPurpose = 0
    var failed = 0

    var all: Int { passed + onPurpose + failed }
    var description: String { "\(passed) passed, \(onPurpose) differ on purpose, \(failed) failed" }
}
