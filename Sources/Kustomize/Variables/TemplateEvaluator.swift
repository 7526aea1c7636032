import Manifests

/// Works out templates with the variables that are known. Values are not expanded again, so nothing can run in a circle.
struct TemplateEvaluator {
    /// What an expression stands for.
    struct Outcome: Sendable, Hashable {
        var text: String
        /// The value of a variable that has a type of its own and was not changed.
        var typed: Value?
    }

    let table: VariableTable
    private var bytes = 0
    private var steps = 0

    init(_ table: VariableTable) { self.table = table }

    mutating func text(of template: Template) throws(TemplateProblem) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let plain): text += plain
            case .expression(let expression): text += try outcome(of: expression).text
            }
            // Checked on the way: arguments are worked out before they are cut down again.
            if text.utf8.count > VariableLimits.textBytes {
                throw TemplateProblem(
                    cause: .limit, message: "the text with its variables put in is longer than \(VariableLimits.textBytes) bytes")
            }
        }
        return text
    }

    mutating func outcome(of expression: Template.Expression) throws(TemplateProblem) -> Outcome {
        let outcome = try evaluate(expression)
        bytes += outcome.text.utf8.count
        if bytes > VariableLimits.totalBytes {
            throw TemplateProblem(
                cause: .limit, message: "the values that are put in have more than \(VariableLimits.totalBytes) bytes together")
        }
        return outcome
    }

    private mutating func evaluate(_ expression: Template.Expression) throws(TemplateProblem) -> Outcome {
        let known = table.entries[expression.name]
        if case .fallback(let fallback, let whenEmpty) = expression.operation {
            if let known, !(whenEmpty && known.text.isEmpty) { return Outcome(text: known.text, typed: known.value) }
            if let only = fallback.only { return try outcome(of: only) }
            return Outcome(text: try text(of: fallback))
        }
        guard let known else { throw table.unknown(expression.name) }
        if expression.operation == .value { return Outcome(text: known.text, typed: known.value) }
        return Outcome(text: try apply(expression.operation, to: known.text, expression.name))
    }

    private mutating func apply(_ operation: Template.Operation, to value: String, _ name: String) throws(TemplateProblem) -> String {
        switch operation {
        case .value, .fallback: return value
        case .length: return String(value.unicodeScalars.count)
        case .upper: return value.uppercased()
        case .lower: return value.lowercased()
        case .upperFirst: return value.prefix(1).uppercased() + value.dropFirst()
        case .lowerFirst: return value.prefix(1).lowercased() + value.dropFirst()
        case .substring(let position, let length):
            let position = try number(position, name, "position")
            return Self.substring(
                value, position,
                try length.map { (template) throws(TemplateProblem) in
                    try number(template, name, "length")
                })
        case .removePrefix(let pattern, let longest):
            let glob = try glob(pattern, name)
            try count(value.unicodeScalars.count, glob)
            guard let length = glob.prefixLength(of: Array(value.unicodeScalars), longest: longest) else { return value }
            return String(String.UnicodeScalarView(value.unicodeScalars.dropFirst(length)))
        case .removeSuffix(let pattern, let longest):
            let glob = try glob(pattern, name).reversed
            try count(value.unicodeScalars.count, glob)
            guard let length = glob.prefixLength(of: value.unicodeScalars.reversed(), longest: longest) else { return value }
            return String(String.UnicodeScalarView(value.unicodeScalars.dropLast(length)))
        case .replace(let wanted, let replacement, let place):
            return try Self.replace(value, try text(of: wanted), try text(of: replacement), place)
        }
    }

    private mutating func number(_ template: Template, _ name: String, _ what: String) throws(TemplateProblem) -> Int {
        let written = try text(of: template)
        let digits = written.utf8.drop { $0 == UInt8(ascii: " ") }
        guard let number = Int(String(Substring(digits))) else {
            throw TemplateProblem(cause: .syntax, message: "the \(what) within ${\(name):...} is not a whole number")
        }
        return number
    }

    /// A negative position counts from the end, and a negative length leaves off as many at the end, as in the shell.
    private static func substring(_ value: String, _ position: Int, _ length: Int?) -> String {
        let scalars = Array(value.unicodeScalars)
        let start = position >= 0 ? min(position, scalars.count) : max(0, scalars.count + max(position, -scalars.count))
        var end = scalars.count
        if let length { end = length >= 0 ? start + min(length, scalars.count - start) : scalars.count + max(length, -scalars.count) }
        guard start < end else { return "" }
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }

    private mutating func glob(_ template: Template, _ name: String) throws(TemplateProblem) -> Glob {
        let pattern = try text(of: template)
        guard pattern.utf8.count <= VariableLimits.patternBytes else {
            throw TemplateProblem(
                cause: .limit, message: "the pattern within ${\(name)...} is longer than \(VariableLimits.patternBytes) bytes")
        }
        return Glob(pattern)
    }

    private mutating func count(_ length: Int, _ glob: Glob) throws(TemplateProblem) {
        steps += (length + 1) * (glob.size + 1)
        if steps > VariableLimits.patternSteps {
            throw TemplateProblem(
                cause: .limit, message: "the patterns of the variables take more than \(VariableLimits.patternSteps) steps")
        }
    }

    /// Text for text, without patterns, as Flux does it. An empty text is only found at the start and the end.
    private static func replace(
        _ value: String, _ wanted: String, _ replacement: String, _ place: Template.Place
    ) throws(TemplateProblem) -> String {
        let (bytes, pattern) = (Array(value.utf8), Array(wanted.utf8))
        var result: [UInt8] = []
        switch place {
        case .start: return bytes.starts(with: pattern) ? replacement + text(bytes.dropFirst(pattern.count)) : value
        case .end:
            guard bytes.suffix(pattern.count).elementsEqual(pattern) else { return value }
            return text(bytes.dropLast(pattern.count)) + replacement
        case .first, .all:
            guard !pattern.isEmpty, pattern.count <= bytes.count else { return value }
            var index = 0
            var isDone = false
            while index < bytes.count {
                if !isDone, bytes[index...].starts(with: pattern) {
                    result += replacement.utf8
                    index += pattern.count
                    isDone = place == .first
                } else {
                    result.append(bytes[index])
                    index += 1
                }
                if result.count > VariableLimits.textBytes {
                    throw TemplateProblem(
                        cause: .limit, message: "the text with its variables put in is longer than \(VariableLimits.textBytes) bytes")
                }
            }
            return text(result[...])
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
