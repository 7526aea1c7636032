/// Text with expressions in it, such as `registry/${APP:-web}:${TAG}`.
struct Template: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        case expression(Expression)
    }

    /// `${NAME}`, with what is done to the value.
    struct Expression: Sendable, Hashable {
        var name: String
        var operation: Operation
    }

    /// The functions of Flux' `postBuild`, which are those of the shell.
    indirect enum Operation: Sendable, Hashable {
        case value
        /// `${#n}`
        case length
        /// `${n^}`, `${n^^}`, `${n,}`, `${n,,}`
        case upperFirst, upper, lowerFirst, lower
        /// `${n:position}`, `${n:position:length}`
        case substring(position: Template, length: Template?)
        /// `${n#pattern}`, `${n##pattern}`
        case removePrefix(Template, longest: Bool)
        /// `${n%pattern}`, `${n%%pattern}`
        case removeSuffix(Template, longest: Bool)
        /// `${n/text/replacement}` and the forms with `//`, `/#` and `/%`
        case replace(Template, Template, Place)
        /// `${n:-default}`, `${n:=default}` when unset or empty; `${n-default}`, `${n=default}` only when unset
        case fallback(Template, whenEmpty: Bool)
    }

    enum Place: Sendable, Hashable {
        case first, all, start, end
    }

    var parts: [Part]

    /// The one expression that the text consists of; `nil` when there is anything else in it.
    var only: Expression? {
        guard parts.count == 1, case .expression(let expression) = parts[0] else { return nil }
        return expression
    }

    /// Whether there is anything to do: an expression, or the escape of one.
    static func isNeeded(_ text: String) -> Bool {
        var isAfterDollar = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), isAfterDollar { return true }
            isAfterDollar = byte == UInt8(ascii: "$")
        }
        return false
    }
}

/// What is wrong with an expression or its evaluation. Values are never in it.
struct TemplateProblem: Error, Sendable, Hashable {
    enum Cause: Sendable, Hashable {
        case syntax
        case unknown(name: String)
        case limit
    }

    var cause: Cause
    var message: String
    var hint: String?
}
