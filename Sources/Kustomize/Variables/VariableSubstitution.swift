import Manifests

/// Puts variables into the texts of finished objects, as Flux does after its build: into every string and every key.
struct VariableSubstitution {
    /// Objects that are marked so by a label or an annotation are left alone. The second is Flux' own mark.
    static let marks = ["slipway.dev/substitute", "kustomize.toolkit.fluxcd.io/substitute"]

    private let reader: TreeReader
    private var evaluator: TemplateEvaluator
    private var kind = ""
    private var path: [PathElement] = []

    init(_ table: VariableTable, _ reader: TreeReader) {
        self.reader = reader
        evaluator = TemplateEvaluator(table)
    }

    /// - Parameter file: where the object comes from, for errors.
    mutating func apply(to object: inout Value, file: String) throws(RenderError) {
        guard !Self.isDisabled(object) else { return }
        kind = object.kind ?? ""
        path = []
        do throws(TemplateProblem) {
            if let changed = try substituted(object) { object = changed }
        } catch {
            throw located(error, object, file)
        }
    }

    private static func isDisabled(_ object: Value) -> Bool {
        marks.contains { mark in
            object.labels?[mark]?.scalarText == "disabled" || object.annotations?[mark]?.scalarText == "disabled"
        }
    }

    // MARK: Walking

    /// `nil` when nothing changes, which is the case nearly everywhere.
    private mutating func substituted(_ value: Value) throws(TemplateProblem) -> Value? {
        switch value {
        case .null, .bool, .integer, .double: return nil
        case .string(let text): return try substituted(text)
        case .array(let elements):
            var changed: [Value]?
            for (index, element) in elements.enumerated() {
                path.append(.index(index))
                if let new = try substituted(element) {
                    if changed == nil { changed = elements }
                    changed?[index] = new
                }
                path.removeLast()
            }
            return changed.map { .array($0) }
        case .object(let members): return try substituted(members)
        }
    }

    private mutating func substituted(_ members: Object) throws(TemplateProblem) -> Value? {
        var pairs: [(String, Value)] = []
        var isChanged = false
        for (position, key) in members.keys.enumerated() {
            let value = members.values[position]
            path.append(.key(key))
            let newValue = try substituted(value)
            var newKey = key
            if Template.isNeeded(key) {
                newKey = try evaluator.text(of: try TemplateParser.parse(key))
                isChanged = true
            }
            if newValue != nil { isChanged = true }
            if isChanged, pairs.isEmpty {
                pairs.reserveCapacity(members.count)
                for earlier in 0..<position { pairs.append((members.keys[earlier], members.values[earlier])) }
            }
            if isChanged { pairs.append((newKey, newValue ?? value)) }
            path.removeLast()
        }
        guard isChanged else { return nil }
        let result = Object(pairs)
        guard result.count == pairs.count else {
            throw TemplateProblem(cause: .syntax, message: "two keys of the mapping become the same by their variables")
        }
        return .object(result)
    }

    private mutating func substituted(_ text: String) throws(TemplateProblem) -> Value? {
        guard Template.isNeeded(text) else { return nil }
        let template = try TemplateParser.parse(text)
        guard let only = template.only else { return .string(try evaluator.text(of: template)) }
        let outcome = try evaluator.outcome(of: only)
        if StringFields.contains(path, kind: kind) { return .string(outcome.text) }
        return outcome.typed ?? plain(outcome.text)
    }

    /// What the text means when it stands in YAML without quotes: a number, a boolean, or itself.
    private func plain(_ text: String) -> Value {
        guard text.utf8.count <= 40, let first = text.utf8.first else { return .string(text) }
        let isCandidate = first < 0x3A || first == UInt8(ascii: "t") || first == UInt8(ascii: "T") || first | 0x20 == UInt8(ascii: "f")
        let isWord = text.utf8.allSatisfy { EnvironmentVariables.isNamePart($0) || "+-.".utf8.contains($0) }
        guard isCandidate, isWord, let value = (try? reader.yaml.parse(Array(text.utf8), "", .refuse))?.first else { return .string(text) }
        switch value {
        case .bool, .integer: return value
        case .double(let number): return number.isFinite ? value : .string(text)
        case .null, .string, .array, .object: return .string(text)
        }
    }

    // MARK: Errors

    private func located(_ problem: TemplateProblem, _ object: Value, _ file: String) -> RenderError {
        let code: RenderError.Code = problem.cause == .limit ? .limitExceeded : .invalidVariable
        let what = object.identity.map { "\($0)" } ?? object.kind ?? "an object"
        let head = "\(what), \(path.text): "
        // A piece of a password may look like an expression.
        if kind == "Secret", StringFields.isData(path, kind: kind), problem.cause != .limit {
            return RenderError(
                code, head + "an expression is wrong or names an unknown variable; it is not shown, as the field is secret", file: file,
                hint: "to keep ${ as it is, write $${, or mark the object with the annotation \(Self.marks[0]): disabled")
        }
        var position = SourcePosition(file: file, line: 0, column: 0)
        if case .unknown(let name) = problem.cause, let place = place(of: name, in: file) { position = place }
        return RenderError(code: code, message: head + problem.message, position: position, hint: problem.hint)
    }

    /// The only place in the file where the variable is named. The object may have come to it in other ways; then there is none.
    private func place(of name: String, in file: String) -> SourcePosition? {
        let bytes = reader.knownBytes(of: file)
        let wanted = Array("${\(name)".utf8)
        var found: SourcePosition?
        var (line, column) = (1, 0)
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 0)
                continue
            }
            // Columns count characters: what goes on with one is none of its own.
            if bytes[index] & 0xC0 != 0x80 { column += 1 }
            guard bytes[index] == UInt8(ascii: "$"), bytes[index...].starts(with: wanted) else { continue }
            let end = index + wanted.count
            if end < bytes.count, EnvironmentVariables.isNamePart(bytes[end]) { continue }
            if found != nil { return nil }
            found = SourcePosition(file: file, line: line, column: column)
        }
        return found
    }
}
