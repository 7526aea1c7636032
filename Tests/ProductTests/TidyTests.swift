import Foundation
import Testing

/// The rules of CONTRIBUTING.md that a machine can check. A rule that is in the way is changed there and here, not worked around.
@Suite struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private struct SourceFile {
        var path: String
        var lines: [String]
        var room: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var text: String { lines.joined(separator: "\n") }
    }

    private static func swiftFiles(in folder: String) throws -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let paths = try #require(FileManager.default.enumerator(atPath: base.path)).compactMap { $0 as? String }
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = try String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
            return SourceFile(
                path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    private static func findings(_ files: [SourceFile], where isBad: (String) -> Bool) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().filter { isBad(withoutComment($0.element)) }.map {
                "\(file.path):\($0.offset + 1): \($0.element.trimmingCharacters(in: .whitespaces))"
            }
        }
    }

    private static func withoutComment(_ line: String) -> String {
        guard let range = line.range(of: "//") else { return line }
        return String(line[..<range.lowerBound])
    }

    @Test(arguments: [
        "try!", " as! ", "URLSession", "Foundation.Process", " Process()", "DateFormatter", "setenv(", "Thread.sleep", "usleep(",
        "fatalError(", "TODO",
        "FIXME", " XXX",
    ])
    func bannedWordsAreNotInTheSources(_ word: String) throws {
        let found = Self.findings(try Self.swiftFiles(in: "Sources")) { $0.contains(word) }
        #expect(found == [])
    }

    @Test func onlyTheCommandLinePrints() throws {
        let files = try Self.swiftFiles(in: "Sources").filter { $0.room != "SlipwayCommands" && $0.room != "ranking-service" }
        #expect(Self.findings(files) { $0.contains(/(^|[^.\w])print\(/) } == [])
    }

    @Test func anUncheckedSendableSaysWhyItIsSafe() throws {
        for file in try Self.swiftFiles(in: "Sources") {
            for (index, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let before = file.lines[..<index].suffix(6) + [line]
                #expect(before.contains { $0.contains("//") }, "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func pureRoomsImportOnlyEachOther() throws {
        let allowed: [String: Set<String>] = [
            "Manifests": ["Synchronization"], "Kustomize": ["Manifests"], "Health": ["Manifests"], "Delivery": ["Manifests"],
            "RankingModel": [],
        ]
        for file in try Self.swiftFiles(in: "Sources") {
            guard let allowed = allowed[file.room] else { continue }
            for module in Self.imports(of: file) { #expect(allowed.contains(module), "\(file.path) imports \(module)") }
        }
    }

    @Test func aCLibraryIsImportedInOneRoom() throws {
        let homes = [
            "CGit2": "Git", "CYAML": "YAML", "CCurl": "HTTPTransport", "COpenSSL": "Certificates", "CProcess": "ChildProcesses",
            "CZlib": "Compression",
            "CAllocator": "Observability",
        ]
        for file in try Self.swiftFiles(in: "Sources") {
            for module in Self.imports(of: file) {
                if let home = homes[module] { #expect(file.room == home, "\(file.path) imports \(module)") }
            }
        }
    }

    @Test func longFilesSayWhy() throws {
        for file in try Self.swiftFiles(in: "Sources") where file.lines.count > 500 {
            #expect(
                file.lines.first?.contains("500 lines") == true,
                "\(file.path) has \(file.lines.count) lines and gives no reason in its first comment")
        }
    }

    @Test func testsDoNotSleepAndAreNotSkipped() throws {
        let files = try Self.swiftFiles(in: "Tests").filter {
            !$0.path.contains("TidyTests") && !$0.path.contains("TestSupport") && !$0.path.hasSuffix("Harness.swift")
        }
        let found = Self.findings(files) {
            $0.contains("Task.sleep") || $0.contains(".disabled(") || $0.contains("withKnownIssue") || $0.contains("XCTSkip")
        }
        #expect(found == [])
    }

    @Test func everyRoomHasItsPage() throws {
        let rooms = Set(try Self.swiftFiles(in: "Sources").map(\.room)).subtracting(["slipway", "ranking-service"])
        for room in rooms.sorted() {
            let page = Self.root.appendingPathComponent("docs/rooms/\(room).md").path
            #expect(FileManager.default.fileExists(atPath: page), "docs/rooms/\(room).md is missing")
        }
    }

    private static func imports(of file: SourceFile) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
                words[..<index].allSatisfy({
                    ["package", "public", "internal", "private", "@testable", "unsafe", "@preconcurrency"].contains($0)
                })
            else { return nil }
            return words.last { $0 != "import" }.map { $0.split(separator: ".").first.map(String.init) ?? $0 }
        }
    }
}
