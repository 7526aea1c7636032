/// Typed reads. Without `default` the result is `nil` when the key is absent or wrong; with `required` absence is an error as well.
extension StrictReader {
    package func string(_ key: String) -> String? { read(key, expected: "a string", \.string) }
    package func string(_ key: String, default value: String) -> String { string(key) ?? value }
    package func requiredString(_ key: String) -> String? { require(key, nonEmptyString(key)) }

    /// A string with at least one character that is no blank.
    package func nonEmptyString(_ key: String) -> String? {
        read(key, expected: "a string that is not empty") { value in
            value.string.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        }
    }

    package func bool(_ key: String) -> Bool? { read(key, expected: "true or false", \.bool) }
    package func bool(_ key: String, default value: Bool) -> Bool { bool(key) ?? value }

    /// A whole number, within `range` when there is one.
    package func integer(_ key: String, in range: ClosedRange<Int>? = nil) -> Int? {
        let expected = range.map { "a whole number from \($0.lowerBound) to \($0.upperBound)" } ?? "a whole number"
        return read(key, expected: expected) { value in
            guard let integer = value.integer.flatMap({ Int(exactly: $0) }), range?.contains(integer) ?? true else { return nil }
            return integer
        }
    }

    package func integer(_ key: String, in range: ClosedRange<Int>? = nil, default value: Int) -> Int { integer(key, in: range) ?? value }
    package func requiredInteger(_ key: String, in range: ClosedRange<Int>? = nil) -> Int? { require(key, integer(key, in: range)) }

    /// A number with or without a fraction, within `range` when there is one.
    package func number(_ key: String, in range: ClosedRange<Double>? = nil) -> Double? {
        let expected = range.map { "a number from \(NumberText.json($0.lowerBound)) to \(NumberText.json($0.upperBound))" } ?? "a number"
        return read(key, expected: expected) { value in
            guard let number = value.number, range?.contains(number) ?? true else { return nil }
            return number
        }
    }

    package func number(_ key: String, in range: ClosedRange<Double>? = nil, default value: Double) -> Double {
        number(key, in: range) ?? value
    }
    package func requiredNumber(_ key: String, in range: ClosedRange<Double>? = nil) -> Double? { require(key, number(key, in: range)) }

    /// A span such as `90s`, `5m` or `1h30m`, within `range` when there is one. A bare number is refused: its unit would be a guess.
    package func duration(_ key: String, in range: ClosedRange<Duration>? = nil) -> Duration? {
        var expected = "a duration such as 90s, 5m or 1h30m"
        if let range { expected += " from \(DurationText.string(range.lowerBound)) to \(DurationText.string(range.upperBound))" }
        return read(key, expected: expected) { value in
            let text = value.string ?? (value == .integer(0) ? "0" : "")
            guard let duration = DurationText.parse(text), range?.contains(duration) ?? true else { return nil }
            return duration
        }
    }

    package func duration(_ key: String, in range: ClosedRange<Duration>? = nil, default value: Duration) -> Duration {
        duration(key, in: range) ?? value
    }
    package func requiredDuration(_ key: String, in range: ClosedRange<Duration>? = nil) -> Duration? {
        require(key, duration(key, in: range))
    }

    /// One of an enum's raw values. The error lists them all, and the nearest one when the text looks like it.
    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice? where Choice.RawValue == String {
        guard let member = raw(key) else { return nil }
        if let choice = member.string.flatMap(Choice.init(rawValue:)) { return choice }
        let allowed = Choice.allCases.map(\.rawValue)
        var message = "must be one of \(allowed.joined(separator: ", ")), not \(Self.shown(member))"
        if let near = NearestName.suggestion(for: member.string ?? "", among: allowed) { message += "; did you mean \"\(near)\"?" }
        reject(key, message)
        return nil
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, default value: Choice) -> Choice
    where Choice.RawValue == String { choice(key) ?? value }

    package func requiredChoice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice? where Choice.RawValue == String {
        require(key, choice(key))
    }

    /// A list of strings; absent is empty. An element of another type is an error with its index.
    package func strings(_ key: String) -> [String] {
        guard let elements = read(key, expected: "a list of strings", \.array) else { return [] }
        return elements.enumerated().compactMap { index, element in
            if let string = element.string { return string }
            fail(.wrongType, "must be a string, not \(Self.shown(element))", at: path(of: key) + [.index(index)])
            return nil
        }
    }

    /// A mapping of strings to strings, such as labels; absent is empty. Numbers and booleans are refused as Kubernetes refuses them.
    package func stringMap(_ key: String) -> [String: String] {
        var map: [String: String] = [:]
        for member in members(key) {
            if let string = member.value.string {
                map[member.key] = string
            } else {
                fail(.wrongType, "must be a string, not \(Self.shown(member.value)); put it in quotes", at: member.path)
            }
        }
        return map
    }

    /// Checks `apiVersion` and `kind`, which say what the document is.
    package func expect(apiVersion: String, kind: String) {
        for (key, wanted) in [("apiVersion", apiVersion), ("kind", kind)] {
            guard let found = requiredString(key), found != wanted else { continue }
            reject(key, "must be \(wanted), not \(Self.shown(.string(found)))")
        }
    }
}
