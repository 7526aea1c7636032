/// Reads text with expressions. `$NAME` without braces means nothing, and `$${` is a `${` that is meant to stay.
struct TemplateParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func parse(_ text: String) throws(TemplateProblem) -> Template {
        var parser = TemplateParser(text)
        return try parser.template(until: [], escapes: false)
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func isAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            index + wanted.count <= bytes.count && bytes[index..<(index + wanted.count)].elementsEqual(wanted)
        }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard isAt(text) else { return false }
        index += text.utf8CodeUnitCount
        return true
    }

    /// Text up to the end, or to one of the given bytes, which is not consumed.
    private mutating func template(until ends: [UInt8], escapes: Bool) throws(TemplateProblem) -> Template {
        var parts: [Template.Part] = []
        var text: [UInt8] = []
        func flush() {
            if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
        }
        while let byte = current, !ends.contains(byte) {
            if take("$${") {
                text += Array("${".utf8)
            } else if isAt("${") {
                flush()
                parts.append(.expression(try expression()))
            } else if escapes, take("\\"), let next = current {
                // Only what would end the argument, and the backslash itself, need one.
                if next != UInt8(ascii: "\\"), !ends.contains(next) { text.append(byte) }
                text.append(next)
                index += 1
            } else {
                text.append(byte)
                index += 1
            }
        }
        flush()
        return Template(parts: parts)
    }

    private mutating func expression() throws(TemplateProblem) -> Template.Expression {
        let start = index
        depth += 1
        defer { depth -= 1 }
        guard depth <= VariableLimits.expressionDepth else {
            throw TemplateProblem(cause: .limit, message: "expressions are nested deeper than \(VariableLimits.expressionDepth)")
        }
        index += 2
        if take("#") {
            let expression = Template.Expression(name: try name(start), operation: .length)
            try close(start)
            return expression
        }
        let name = try name(start)
        let operation = try operation(start)
        try close(start)
        return Template.Expression(name: name, operation: operation)
    }

    private mutating func name(_ start: Int) throws(TemplateProblem) -> String {
        let first = index
        guard let byte = current, EnvironmentVariables.isNameStart(byte) else {
            throw syntax("the name of a variable is expected after ${", start)
        }
        while let byte = current, EnvironmentVariables.isNamePart(byte) { index += 1 }
        return String(decoding: bytes[first..<index], as: UTF8.self)
    }

    private mutating func operation(_ start: Int) throws(TemplateProblem) -> Template.Operation {
        if current == UInt8(ascii: "}") { return .value }
        for word in [":+", "+", ":?", "?"] as [StaticString] where isAt(word) {
            throw syntax("\(word) is not among the functions of variables", start)
        }
        if take(":-") || take(":=") { return .fallback(try argument(), whenEmpty: true) }
        if take("-") || take("=") { return .fallback(try argument(), whenEmpty: false) }
        if take(":") {
            let position = try template(until: [UInt8(ascii: ":"), UInt8(ascii: "}")], escapes: false)
            return .substring(position: position, length: take(":") ? try argument() : nil)
        }
        if take("^^") { return .upper }
        if take("^") { return .upperFirst }
        if take(",,") { return .lower }
        if take(",") { return .lowerFirst }
        if take("##") { return .removePrefix(try argument(), longest: true) }
        if take("#") { return .removePrefix(try argument(), longest: false) }
        if take("%%") { return .removeSuffix(try argument(), longest: true) }
        if take("%") { return .removeSuffix(try argument(), longest: false) }
        if take("/") {
            let place: Template.Place = take("/") ? .all : take("#") ? .start : take("%") ? .end : .first
            let ends = [UInt8(ascii: "/"), UInt8(ascii: "}")]
            let text = try template(until: ends, escapes: true)
            return .replace(text, take("/") ? try template(until: [UInt8(ascii: "}")], escapes: true) : Template(parts: []), place)
        }
        throw syntax(current == nil ? "the } is missing" : "a } or a function is expected after the name", start)
    }

    private mutating func argument() throws(TemplateProblem) -> Template {
        try template(until: [UInt8(ascii: "}")], escapes: false)
    }

    private mutating func close(_ start: Int) throws(TemplateProblem) {
        guard take("}") else { throw syntax(current == nil ? "the } is missing" : "a } is expected", start) }
    }

    private func syntax(_ message: String, _ start: Int) -> TemplateProblem {
        let end = min(bytes.count, start + VariableLimits.shownBytes)
        let shown = String(decoding: bytes[start..<end], as: UTF8.self).prefix { !$0.isNewline }
        return TemplateProblem(
            cause: .syntax, message: "\"\(shown)\" is no expression: \(message)", hint: "to keep it as it is, write $${ in place of ${")
    }
}
