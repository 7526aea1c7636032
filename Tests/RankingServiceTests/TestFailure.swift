/// Something that a test needs did not work.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
}
