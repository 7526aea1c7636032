package import Manifests

extension SmokeTest {
    package static let apiVersion = "slipway.dev/v1"
    package static let kind = "SmokeTest"

    /// Reads a SmokeTest document. Everything that is wrong is found in one run.
    package static func decode(_ value: Value) throws(PolicyErrors) -> SmokeTest {
        let reader = StrictReader(value)
        reader.expect(apiVersion: apiVersion, kind: kind)
        let name = reader.object("metadata") { $0.nonEmptyString("name") }
        let steps = reader.objects("steps", SmokeStep.init(reader:))
        checkSteps(steps, reader)
        try reader.finish()
        return SmokeTest(name: name, steps: steps)
    }

    private static func checkSteps(_ steps: [SmokeStep], _ reader: StrictReader) {
        guard let written = reader.raw("steps") else {
            return reader.reject("steps", "is missing: a smoke test without steps proves nothing", code: .missingKey)
        }
        guard let count = written.array?.count else { return }
        if count == 0 { reader.reject("steps", "must hold at least one step: a smoke test without steps proves nothing") }
        if count > PolicyLimits.steps { reader.reject("steps", "holds \(count) steps; at most \(PolicyLimits.steps) are allowed") }
        var seen: Set<String> = []
        for step in steps where !seen.insert(step.name).inserted { reader.reject("steps", "has two steps named \"\(step.name)\"") }
    }
}

extension SmokeStep {
    fileprivate init?(reader: StrictReader) {
        let name = reader.requiredString("name")
        let request = reader.require("request", reader.object("request", Request.init(reader:)))
        let expect = reader.object("expect", Expectation.init(reader:))
        let retries = reader.object("retries", Retries.init(reader:))
        guard let name, let request else { return nil }
        self.init(name: name, request: request)
        self.expect = expect ?? self.expect
        self.retries = retries ?? self.retries
    }
}

extension SmokeStep.Request {
    fileprivate init?(reader: StrictReader) {
        let address = reader.requestAddress("url")
        let isByURL = reader.has("url")
        let service = isByURL ? nil : reader.require("service", reader.label("service"))
        let port = isByURL ? nil : reader.require("port", reader.port("port"))
        let path = isByURL ? nil : reader.requestPath("path")
        if isByURL {
            for key in ["service", "port", "path"] where reader.has(key) {
                reader.reject(key, "cannot stand beside url, which says where and what is asked")
            }
        }
        let method = reader.choice("method", default: SmokeStep.Method.get)
        var headers = reader.headers("headers")
        let body = reader.raw("body")
        if let address {
            self.init(origin: address.origin, path: address.path)
        } else if let service, let port, let path {
            self.init(service: service, port: port, path: path)
        } else {
            return nil
        }
        self.method = method
        switch body {
        case .string(let text): self.body = Array(text.utf8)
        case .object, .array:
            self.body = body.map { JSON.bytes($0) }
            if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                headers.append(SmokeStep.Header("Content-Type", "application/json"))
            }
        case .null, .bool, .integer, .double: reader.reject("body", "must be a string, a mapping or a list", code: .wrongType)
        case nil: break
        }
        if let size = self.body?.count, size > PolicyLimits.bodyBytes {
            reader.reject("body", "has \(size) bytes; at most \(PolicyLimits.bodyBytes) are allowed")
        }
        if self.body != nil, method == .get || method == .head {
            reader.reject("body", "a \(method.rawValue) request carries no body; set method, such as POST")
        }
        self.headers = headers
    }
}

extension SmokeStep.Expectation {
    fileprivate init(reader: StrictReader) {
        self.init()
        status = reader.statuses("status") ?? status
        json = reader.objects("json", SmokeStep.Assertion.init(reader:))
        if json.count > PolicyLimits.assertions {
            reader.reject("json", "holds \(json.count) assertions; at most \(PolicyLimits.assertions) are allowed")
        }
        latencyMilliseconds = reader.integer("latencyMilliseconds", in: PolicyLimits.latencyMilliseconds)
    }
}

extension SmokeStep.Retries {
    fileprivate init(reader: StrictReader) {
        self.init()
        attempts = reader.integer("attempts", in: PolicyLimits.attempts, default: attempts)
        delay = reader.duration("delay", in: PolicyLimits.retryDelay, default: delay)
    }
}

extension SmokeStep.Assertion {
    fileprivate init?(reader: StrictReader) {
        // The empty pointer is the whole answer, so the empty string is allowed here.
        let path = reader.require("path", reader.string("path"))
        if let path {
            do {
                _ = try JSONPointer(path)
            } catch {
                reader.reject("path", "must be a JSON pointer such as /items/0/id: \(error.message)")
            }
        }
        let equals = reader.raw("equals")
        let exists = reader.bool("exists")
        let atLeast = reader.number("atLeast")
        let atMost = reader.number("atMost")
        let bounds = reader.has("atLeast") || reader.has("atMost")
        switch (equals != nil, reader.has("exists"), bounds) {
        case (true, false, false), (false, true, false), (false, false, true): break
        case (false, false, false): reader.reject(nil, "needs one of equals, exists, atLeast, atMost", code: .missingKey)
        default: reader.reject(nil, "may have only one of equals, exists, and the bounds atLeast and atMost")
        }
        if let atLeast, let atMost, atLeast > atMost { reader.reject("atLeast", "must not be greater than atMost") }
        guard let path else { return nil }
        if let equals {
            self.init(path: path, rule: .equals(equals))
        } else if let exists {
            self.init(path: path, rule: .exists(exists))
        } else {
            self.init(path: path, rule: .within(atLeast: atLeast, atMost: atMost))
        }
    }
}

extension StrictReader {
    fileprivate func port(_ key: String) -> SmokeStep.Port? {
        read(key, expected: "a port of the Service: its name, or a number from 1 to 65535") { value in
            if case .integer(let number) = value {
                return Int(exactly: number).flatMap { PolicyLimits.port.contains($0) ? .number($0) : nil }
            }
            return value.string.flatMap { PolicyLimits.isLabel($0) ? .name($0) : nil }
        }
    }

    fileprivate func requestAddress(_ key: String) -> SmokeStep.Request.Address? {
        read(key, expected: "an http or https URL without user and fragment, such as https://shop.example.com/health") { value in
            value.string.flatMap { SmokeStep.Request.Address($0) }
        }
    }

    /// Nothing that could begin a second line or a second request.
    fileprivate func requestPath(_ key: String) -> String? {
        guard let path = requiredString(key) else { return nil }
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            reject(key, "must begin with \"/\" and hold only visible ASCII characters; write others as %20, %C3%A9 and so on")
            return nil
        }
        // The path is appended to that of the service at the API server, which it must not leave.
        let plain = path.prefix { $0 != "?" }.lowercased().replacing("%2e", with: ".").replacing("%2f", with: "/").replacing(
            "%5c", with: "/")
        guard !plain.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            reject(key, "must not hold \".\" or \"..\" as a part of the path: it would leave the service")
            return nil
        }
        return path
    }

    fileprivate func headers(_ key: String) -> [SmokeStep.Header] {
        var headers: [SmokeStep.Header] = []
        for (name, value) in stringMap(key).sorted(by: { $0.key < $1.key }) {
            if name.isEmpty || !name.utf8.allSatisfy(Self.isTokenByte) {
                reject(key, "\"\(name.prefix(80))\" is not the name of a header")
            } else if value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
                reject(key, "the value of \"\(name)\" must not hold line breaks or control characters")
            } else if headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                reject(key, "names the header \"\(name)\" twice")
            } else {
                headers.append(SmokeStep.Header(name, value))
            }
        }
        if headers.count > PolicyLimits.headers {
            reject(key, "holds \(headers.count) headers; at most \(PolicyLimits.headers) are allowed")
        }
        return headers
    }

    /// A token byte of RFC 9110.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// One status code, class or range, or a list of them.
    fileprivate func statuses(_ key: String) -> [SmokeStep.Status]? {
        read(key, expected: "a status code from 100 to 599, a class such as 2xx, a range such as 200-299, or a list of them") { value in
            let written = value.array ?? [value]
            let codes = written.compactMap { element in
                element.integer.flatMap { SmokeStep.Status(String($0)) } ?? element.string.flatMap { SmokeStep.Status($0) }
            }
            return codes.isEmpty || codes.count != written.count || codes.count > 50 ? nil : codes
        }
    }
}
