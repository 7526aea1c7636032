internal import Manifests

/// Writes an OpenAPI v2 document in the protobuf form that older clients ask for (`openapi_v2.Document` of gnostic): the parts that
/// they use, which are paths, parameters and definitions with their extensions. Field numbers are those of gnostic's OpenAPIv2.proto.
enum OpenAPIProtobuf {
    static func encode(_ document: Value) -> [UInt8] {
        var message = ProtobufWriter()
        message.string(1, document["swagger"]?.string)
        message.message(2) { info in
            info.string(1, document["info"]?["title"]?.string)
            info.string(2, document["info"]?["version"]?.string)
        }
        message.message(8) { paths in
            for (path, item) in document["paths"]?.object ?? Object() {
                paths.message(2) { named in
                    named.string(1, path)
                    named.message(2) { encode(pathItem: item, &$0) }
                }
            }
        }
        message.message(9) { definitions in
            for (name, schema) in document["definitions"]?.object ?? Object() {
                definitions.message(1) { named in
                    named.string(1, name)
                    named.message(2) { encode(schema: schema, &$0) }
                }
            }
        }
        return message.bytes
    }

    private static func encode(pathItem: Value, _ message: inout ProtobufWriter) {
        for (number, method) in [(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch")] {
            guard let operation = pathItem[method] else { continue }
            message.message(number) { operationMessage in
                for parameter in operation["parameters"]?.array ?? [] { encode(parameter: parameter, &operationMessage) }
                operationMessage.message(9) { responses in
                    for (code, response) in operation["responses"]?.object ?? Object() {
                        responses.message(1) { named in
                            named.string(1, code)
                            named.message(2) { value in
                                value.message(1) { $0.string(1, response["description"]?.string) }
                            }
                        }
                    }
                }
                encode(extensions: operation, 13, &operationMessage)
            }
        }
    }

    /// ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema.
    private static func encode(parameter: Value, _ message: inout ProtobufWriter) {
        message.message(8) { item in
            item.message(1) { parameterMessage in
                parameterMessage.message(2) { nonBody in
                    nonBody.message(3) { query in
                        query.string(2, parameter["in"]?.string)
                        query.string(4, parameter["name"]?.string)
                        query.string(6, parameter["type"]?.string)
                    }
                }
            }
        }
    }

    private static func encode(schema: Value, _ message: inout ProtobufWriter) {
        message.string(1, schema["$ref"]?.string)
        message.string(2, schema["format"]?.string)
        message.string(4, schema["description"]?.string)
        for name in schema["required"]?.array ?? [] { message.string(19, name.string) }
        if let additional = schema["additionalProperties"] {
            message.message(21) { item in item.message(1) { encode(schema: additional, &$0) } }
        }
        if let type = schema["type"]?.string { message.message(22) { $0.string(1, type) } }
        if let items = schema["items"] { message.message(23) { list in list.message(1) { encode(schema: items, &$0) } } }
        if let properties = schema["properties"]?.object {
            message.message(25) { list in
                for (name, property) in properties {
                    list.message(1) { named in
                        named.string(1, name)
                        named.message(2) { encode(schema: property, &$0) }
                    }
                }
            }
        }
        encode(extensions: schema, 31, &message)
    }

    /// NamedAny: the value of an extension is carried as YAML text, of which JSON is a part.
    private static func encode(extensions value: Value, _ number: Int, _ message: inout ProtobufWriter) {
        for (name, member) in value.object ?? Object() where name.hasPrefix("x-") {
            message.message(number) { named in
                named.string(1, name)
                named.message(2) { $0.string(2, JSON.string(member) + "\n") }
            }
        }
    }
}

/// The wire format of protobuf, as far as messages and strings.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func string(_ number: Int, _ text: String?) {
        guard let text else { return }
        field(number, Array(text.utf8))
    }

    mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        field(number, inner.bytes)
    }

    private mutating func field(_ number: Int, _ content: [UInt8]) {
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
