package import Manifests

/// Questions put to a Service after it rolled out, and the answers that prove it. What a file such as `hooks/smoke-tests.yaml` says.
package struct SmokeTest: Sendable, Hashable {
    package var name: String?
    /// Asked one after another; the first that fails for good ends the test.
    package var steps: [SmokeStep]

    package init(name: String? = nil, steps: [SmokeStep]) {
        self.name = name
        self.steps = steps
    }
}

/// One HTTP request and what must come back.
package struct SmokeStep: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// A port of the Service, as it names or numbers it.
    package enum Port: Sendable, Hashable, CustomStringConvertible {
        case number(Int)
        case name(String)

        package var description: String {
            switch self {
            case .number(let number): String(number)
            case .name(let name): name
            }
        }
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct Request: Sendable, Hashable {
        /// A Service of the Environment's namespace.
        package var service: String
        package var port: Port
        /// What is asked in place of the Service: `https://shop.example.com`, an Ingress for one. The operator allows its host, or not.
        package var origin: String?
        package var method: Method = .get
        /// With its query, beginning with `/`.
        package var path: String
        /// As written; a body that was given as data adds `Content-Type: application/json` when there is none.
        package var headers: [Header] = []
        package var body: [UInt8]?

        package init(service: String, port: Port, path: String) {
            self.service = service
            self.port = port
            self.path = path
        }

        package init(origin: String, path: String) {
            self.init(service: "", port: .number(0), path: path)
            self.origin = origin
        }

        /// Where it leads, as an operator reads it.
        package var destination: String { origin ?? "\(service):\(port)" }
    }

    /// What must hold of one place in a JSON answer.
    package struct Assertion: Sendable, Hashable {
        package enum Rule: Sendable, Hashable {
            /// The same value; a number's form does not matter.
            case equals(Value)
            case exists(Bool)
            /// A number within these bounds, either of which may be missing.
            case within(atLeast: Double?, atMost: Double?)
        }

        /// RFC 6901, as written.
        package var path: String
        package var rule: Rule

        package init(path: String, rule: Rule) {
            self.path = path
            self.rule = rule
        }
    }

    package struct Expectation: Sendable, Hashable {
        /// Any of them is right.
        package var status: [Status] = [200]
        package var json: [Assertion] = []
        /// From sending the request to the end of the answer.
        package var latencyMilliseconds: Int?

        package init() {}
    }

    package struct Retries: Sendable, Hashable {
        /// How often it is asked at most, the first time included.
        package var attempts: Int = 3
        package var delay: Duration = .seconds(1)

        package init() {}
    }

    package var name: String
    package var request: Request
    package var expect = Expectation()
    package var retries = Retries()

    package init(name: String, request: Request) {
        self.name = name
        self.request = request
    }
}
