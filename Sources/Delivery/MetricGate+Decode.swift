internal import Manifests

extension MetricGate {
    init?(reader: StrictReader) {
        let name = reader.require("name", reader.label("name"))
        let template: MetricTemplate? = reader.choice("template")
        let written = reader.nonEmptyString("query")
        let parameters = reader.reader("parameters")
        switch (reader.has("template"), reader.has("query")) {
        case (true, true): reader.reject("query", "cannot stand beside template: a gate has either")
        case (false, false): reader.reject(nil, "needs either query or template", code: .missingKey)
        case (true, false), (false, true): break
        }
        if written != nil, parameters != nil { reader.reject("parameters", "belong to a template; write them into the query") }
        let query = template.map { Self.query($0, parameters) } ?? written.map { MetricQuery($0) } ?? MetricQuery("")
        if template == nil { parameters?.allowUnknownKeys() }
        if template != nil || written != nil {
            // A template's own text is right; what an operator put into it may not be.
            for problem in query.problems() { reader.reject(written == nil ? "parameters" : "query", "\(problem)") }
        }
        self.init(name: name ?? "", query: query)
        self.template = template
        let content = template?.content
        threshold = content?.threshold
        worse = content?.worse ?? worse
        source = reader.label("source") ?? source
        window = reader.duration("window", in: PolicyLimits.window, default: content?.window ?? window)
        threshold = reader.object("threshold", Threshold.init(reader:)) ?? threshold
        worse = reader.choice("worse", default: worse)
        comparison = reader.object("compare") { Comparison(reader: $0, minimumDifference: content?.minimumDifference ?? 0) }
        sustained = reader.duration("for", in: PolicyLimits.sustained, default: sustained)
        warmUp = reader.duration("warmUp", in: PolicyLimits.warmUp, default: warmUp)
        interval = reader.duration("interval", in: PolicyLimits.interval, default: interval)
        noData = reader.choice("noData", default: noData)
        deadline = reader.duration("deadline", in: PolicyLimits.deadline, default: deadline)
        if written != nil, !reader.has("threshold"), !reader.has("compare") {
            reader.reject(nil, "needs a threshold or compare: nothing is said of what a good value is", code: .missingKey)
        }
        checkSamples(reader)
        if name == nil { return nil }
    }

    private static func query(_ template: MetricTemplate, _ reader: StrictReader?) -> MetricQuery {
        var values: [String: String] = [:]
        for parameter in template.content.parameters {
            guard let value = reader?.nonEmptyString(parameter.name) else { continue }
            guard PolicyLimits.isMetricName(value), !(parameter.isLabel && value.contains(":")) else {
                reader?.reject(parameter.name, "\"\(value.prefix(80))\" is no name of a \(parameter.isLabel ? "label" : "metric")")
                continue
            }
            values[parameter.name] = value
        }
        let labels = (reader?.stringMap("labels") ?? [:]).sorted { $0.key < $1.key }
        if labels.count > PolicyLimits.parameterLabels {
            reader?.reject("labels", "has \(labels.count) labels; at most \(PolicyLimits.parameterLabels) are allowed")
        }
        for (name, _) in labels where !PolicyLimits.isVariableName(name) {
            reader?.reject("labels", "\"\(name.prefix(80))\" is no name of a label")
        }
        return template.query(values, labels: labels.map { ($0.key, $0.value) })
    }

    /// Rules across fields: that it can come to an answer at all.
    private func checkSamples(_ reader: StrictReader) {
        if sustained / interval > Double(PolicyLimits.points) {
            reader.reject(
                "for", "holds \(Int(sustained / interval)) samples; at most \(PolicyLimits.points) are read: take a longer interval")
        }
        guard let comparison else { return }
        let count = comparedSamples
        if count > PolicyLimits.points {
            reader.reject("compare", "compares \(count) samples; at most \(PolicyLimits.points) are read: take a longer interval")
        } else if RankTest.leastProbability(count, count) > comparison.significance || count == 0 {
            let step = DurationText.string(comparisonStep)
            reader.reject(
                "compare",
                "compares \(count) samples, one each \(step) (the longer of interval and window); so few can never reach a significance of "
                    + "\(NumberText.json(comparison.significance)): take a longer over, or a shorter window")
        }
    }
}

extension MetricGate.Threshold {
    fileprivate init?(reader: StrictReader) {
        self.init(minimum: reader.number("min"), maximum: reader.number("max"))
        if !reader.has("min"), !reader.has("max") { reader.reject(nil, "needs min or max", code: .missingKey) }
        if let minimum, let maximum, minimum > maximum { reader.reject("min", "must not be greater than max") }
    }
}

extension MetricGate.Comparison {
    fileprivate init(reader: StrictReader, minimumDifference standard: Double) {
        self.init()
        baseline = reader.choice("to", default: baseline)
        over = reader.duration("over", in: PolicyLimits.compared, default: over)
        significance = reader.number("significance", in: PolicyLimits.significance, default: significance)
        maximumRatio = reader.number("maxRatio", in: PolicyLimits.ratio, default: maximumRatio)
        minimumDifference = reader.number("minDifference", in: 0...(.greatestFiniteMagnitude), default: standard)
    }
}
