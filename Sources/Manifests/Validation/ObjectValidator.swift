/// Holds objects against the schemas of their kinds: fields that are unknown or missing, values of the wrong type or out of bounds.
///
/// It says what an API server with strict field validation would refuse, and no more: a null counts as absent where the server takes it
/// so, the `status` of an object is not looked at, as it is not applied, and rules beyond the schema (CEL, `pattern`, what the
/// server's own code checks) are left to a dry run.
package struct ObjectValidator: Sendable {
    /// Where a schema comes from decides what it means where the two differ.
    package enum Dialect: Sendable, Hashable {
        /// An API server's document of its kinds.
        case server
        /// The structural schema of a CustomResourceDefinition: closed, with apiVersion, kind and metadata implied.
        case customResource
    }

    let document: OpenAPIDocument
    let dialect: Dialect

    package init(document: OpenAPIDocument = .none, dialect: Dialect = .server) {
        self.document = document
        self.dialect = dialect
    }

    /// In the order of the object's fields; at most `ManifestLimits.collectedErrors`.
    package func problems(in object: Value, schema: Value) -> [SchemaProblem] {
        var look = SchemaLook(validator: self)
        look.checkRoot(object, schema)
        return look.problems
    }
}

/// One object being looked at.
struct SchemaLook {
    /// What is asked of the members of a mapping.
    enum Mode {
        /// A field that the schema does not name is a problem.
        case closed
        /// Within `allOf`, `anyOf` and `oneOf`, which name the fields that they are about and no others.
        case partial
    }

    let validator: ObjectValidator
    private(set) var problems: [SchemaProblem] = []
    private var visited = 0

    init(validator: ObjectValidator) { self.validator = validator }

    mutating func checkRoot(_ object: Value, _ schema: Value) {
        var object = object
        object["status"] = nil
        if validator.dialect == .customResource {
            for key in Self.implied { object[key] = nil }
        }
        check(object, schema, [], .closed)
    }

    /// What every object has, whatever its schema says.
    static let implied = ["apiVersion", "kind", "metadata"]

    mutating func check(_ value: Value, _ written: Value, _ path: [PathElement], _ mode: Mode) {
        visited += 1
        guard visited <= ManifestLimits.validatedNodes, path.count <= ManifestLimits.depth else {
            if visited == ManifestLimits.validatedNodes + 1 || path.count == ManifestLimits.depth + 1 {
                add(.limitExceeded, path, "is too much to be judged against the schema")
            }
            return
        }
        // A reference that leads nowhere says nothing.
        guard let (schema, name) = validator.document.resolved(written) else { return }
        if value.isNull { return checkNull(schema, path) }
        if Self.isIntOrString(schema, name) {
            if value.integer == nil, value.string == nil { addType("a whole number or a string", value, path) }
            return
        }
        if let name, name.hasSuffix(".resource.Quantity") { return checkQuantity(value, path) }
        checkAlternatives(value, schema, path)
        guard checkType(value, schema, path) else { return }
        checkValue(value, schema, path)
        switch value {
        case .object(let object): checkMembers(object, schema, name, path, mode)
        case .array(let elements): checkElements(elements, schema, path, mode)
        case .null, .bool, .integer, .double, .string: break
        }
    }

    /// Kubernetes' own types read a null as if it was not written. A custom resource's field takes one only when it says so, or when a
    /// default takes its place.
    private mutating func checkNull(_ schema: Value, _ path: [PathElement]) {
        guard validator.dialect == .customResource, schema["nullable"]?.bool != true, schema["default"] == nil,
            let type = schema["type"]?.string
        else { return }
        add(.wrongType, path, "must be \(Self.typeName(type)), not null", hint: "leave it out")
    }

    private mutating func checkElements(_ elements: [Value], _ schema: Value, _ path: [PathElement], _ mode: Mode) {
        guard let items = schema["items"] else { return }
        for (index, element) in elements.enumerated() { check(element, items, path + [.index(index)], mode) }
    }

    mutating func add(_ code: SchemaProblem.Code, _ path: [PathElement], _ message: String, hint: String? = nil) {
        guard problems.count < ManifestLimits.collectedErrors else { return }
        problems.append(SchemaProblem(code: code, path: path, message: message, hint: hint))
    }

    /// What is wrong with the value under a part of the schema alone.
    func separately(_ value: Value, _ schema: Value, _ path: [PathElement]) -> SchemaLook {
        var look = SchemaLook(validator: validator)
        look.visited = visited
        look.check(value, schema, path, .partial)
        return look
    }

    /// Takes over the cost of a separate look, and what it found when `keeps` says so.
    mutating func take(_ look: SchemaLook, keepingProblems keeps: Bool) {
        visited = look.visited
        if keeps { for problem in look.problems { add(problem.code, problem.path, problem.message, hint: problem.hint) } }
    }
}
