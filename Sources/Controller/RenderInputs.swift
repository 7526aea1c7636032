package import Kustomize
internal import Synchronization

/// Files that can be told apart without being read, as those of a Git tree can by their object ids.
package protocol IdentifiedFiles: FileProvider {
    /// Names what is at the path: the same text means the same kind and the same bytes. A directory is only said to be one.
    func identity(of path: String) throws -> String
    /// Names what `list` answers, and all that is below.
    func identity(ofListing directory: String) throws -> String
}

/// All that a rendering asked of its tree, and what it was answered. A tree that answers the same renders to the same, so that an
/// Environment of which nothing has changed need not be rendered again: its digest is known.
package struct RenderInputs: Sendable, Hashable {
    enum Question: Sendable, Hashable {
        case entry(String)
        case listing(String)
    }

    private let answers: [Question: String]

    init(_ questions: Set<Question>, of files: some IdentifiedFiles) throws {
        var answers: [Question: String] = [:]
        for question in questions { answers[question] = try Self.answer(question, files) }
        self.answers = answers
    }

    package var count: Int { answers.count }

    /// The places that were asked for by name, whether or not anything is there.
    var paths: [String] {
        answers.keys.compactMap { question in
            if case .entry(let path) = question { path } else { nil }
        }
    }

    /// Whether the tree would answer every question as it was answered before. A place that can no longer be asked about, such as one
    /// that is now behind a link, has changed: rendering says what is wrong with it.
    package func hold(in files: some IdentifiedFiles) -> Bool {
        do {
            return try answers.allSatisfy { question, answer in try Self.answer(question, files) == answer }
        } catch {
            return false
        }
    }

    private static func answer(_ question: Question, _ files: some IdentifiedFiles) throws -> String {
        switch question {
        case .entry(let path): try files.identity(of: path)
        case .listing(let directory): try files.identity(ofListing: directory)
        }
    }
}

/// Passes every question on to the files, and notes it.
package final class RecordingFiles<Files: IdentifiedFiles>: FileProvider {
    private let files: Files
    private let questions = Mutex<Set<RenderInputs.Question>>([])

    package init(_ files: Files) {
        self.files = files
    }

    package func kind(of path: String) throws -> FileKind? {
        note(.entry(path))
        return try files.kind(of: path)
    }

    package func read(_ path: String) throws -> [UInt8] {
        note(.entry(path))
        return try files.read(path)
    }

    package func list(_ directory: String) throws -> [String] {
        note(.listing(directory))
        return try files.list(directory)
    }

    /// What was asked until now, with the answers that the files give.
    package func inputs() throws -> RenderInputs { try RenderInputs(questions.withLock { $0 }, of: files) }

    private func note(_ question: RenderInputs.Question) {
        _ = questions.withLock { $0.insert(question) }
    }
}
