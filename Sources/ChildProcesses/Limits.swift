/// The bounds of this room, with their reasons.
package enum ProcessLimits {
    /// Bytes of a program's error output that are kept for a message: a few lines say what is wrong.
    package static let errorOutputBytes = 4096
    /// How long a program may take to end after it has closed its output.
    static let ending: Duration = .seconds(2)
}
