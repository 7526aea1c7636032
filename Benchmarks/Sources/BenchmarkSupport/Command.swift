package import Foundation

package struct Failure: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

/// A program that is run to its end, or left running in the background.
package enum Command {
    /// - Returns: what it wrote to its standard output.
    @discardableResult
    package static func run(_ arguments: [String], in folder: String? = nil) throws -> String {
        let output = Pipe()
        let process = make(arguments, in: folder)
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure("\(arguments.joined(separator: " ")) ended with status \(process.terminationStatus)")
        }
        return text
    }

    package static func seconds(_ arguments: [String], in folder: String? = nil) throws -> Double {
        let start = ContinuousClock.now
        try run(arguments, in: folder)
        return (ContinuousClock.now - start).inSeconds
    }

    /// - Parameter log: the file that takes what it writes.
    package static func start(_ arguments: [String], log: String) throws -> Process {
        guard FileManager.default.createFile(atPath: log, contents: nil), let file = FileHandle(forWritingAtPath: log) else {
            throw Failure("\(log) cannot be written")
        }
        let process = make(arguments, in: nil)
        process.standardOutput = file
        process.standardError = file
        try process.run()
        return process
    }

    private static func make(_ arguments: [String], in folder: String?) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        return process
    }
}

extension Duration {
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Looks again and again until there is an answer.
package func eventually<Answer>(_ what: String, within seconds: Double, _ look: () throws -> Answer?) throws -> Answer {
    let start = ContinuousClock.now
    while (ContinuousClock.now - start).inSeconds < seconds {
        if let answer = try look() { return answer }
        usleep(20_000)
    }
    throw Failure("\(what): not within \(seconds) s")
}

/// A line of the report, at once: a long run is to be followed through a pipe too.
package func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
