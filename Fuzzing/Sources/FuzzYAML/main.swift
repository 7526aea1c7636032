internal import CFuzzer
internal import FuzzTargets
internal import Glibc

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { start, count in
        Finding.stop(RoundTripCheck.problem(Array(UnsafeBufferPointer(start: start, count: count))))
        return 0
    })
