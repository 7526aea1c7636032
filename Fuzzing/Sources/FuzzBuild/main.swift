internal import CFuzzer
internal import FuzzTargets
internal import Glibc
internal import Kustomize

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { start, count in
        Finding.stop(TreeCheck.problem(Array(UnsafeBufferPointer(start: start, count: count)), yaml: .fuzzing))
        return 0
    })
