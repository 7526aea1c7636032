internal import CYAML
internal import Manifests

/// Owns a libyaml parser and its input. It is used by one reading and never leaves it; no pointer of it leaves this file.
@safe struct EventReader: ~Copyable {
    let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(bytes: [UInt8], file: String, finalLineEnd: YAMLReading.FinalLineEnd) throws(YAMLError) {
        self.file = file
        unsafe parser = .allocate(capacity: 1)
        let ending = finalLineEnd == .added ? Self.missingEnding(bytes) : []
        unsafe input = .allocate(capacity: bytes.count + ending.count)
        let end = unsafe input.initialize(fromContentsOf: bytes)
        _ = unsafe UnsafeMutableBufferPointer(rebasing: input[end...]).initialize(fromContentsOf: ending)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            // No deinit runs after a throw from here: the pieces are given back by hand.
            unsafe parser.deallocate()
            unsafe input.deallocate()
            throw YAMLError(
                code: .outOfMemory, message: "no memory for a YAML parser", position: SourcePosition(file: file, line: 1, column: 1))
        }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    /// kubectl reads a file by lines and ends each with a line break, also the last one. It matters for a literal block at the end of a file that has none.
    private static func missingEnding(_ bytes: [UInt8]) -> [UInt8] {
        let isUTF16 = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
        return bytes.last == 0x0A || isUTF16 ? [] : [0x0A]
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    mutating func next() throws(YAMLError) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { unsafe yaml_event_delete(&event) }
        let mark = unsafe Mark(line: Int(event.start_mark.line), column: Int(event.start_mark.column))
        let end = unsafe Mark(line: Int(event.end_mark.line), column: Int(event.end_mark.column))
        return Event(kind: unsafe Self.kind(of: event), mark: mark, end: end)
    }

    func position(_ mark: Mark) -> SourcePosition {
        SourcePosition(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    private static func kind(of event: yaml_event_t) -> Event.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(unsafe string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                Event.Scalar(
                    text: unsafe String(decoding: bytes, as: UTF8.self), style: unsafe style(scalar.style),
                    properties: unsafe properties(scalar.anchor, scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return .listStart(unsafe properties(start.anchor, start.tag, isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return .mappingStart(unsafe properties(start.anchor, start.tag, isFlow: start.style == YAML_FLOW_MAPPING_STYLE))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    private static func properties(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?, isFlow: Bool = false
    ) -> Event.Properties {
        unsafe Event.Properties(anchor: string(anchor), tag: string(tag), isFlow: isFlow)
    }

    private static func style(_ style: yaml_scalar_style_t) -> Event.ScalarStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    /// libyaml's own words, with the place that helps: the problem's, and the context's when it is another line.
    private func syntaxError() -> YAMLError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no memory left"
        if unsafe parser.pointee.error == YAML_MEMORY_ERROR {
            return YAMLError(code: .outOfMemory, message: problem, position: SourcePosition(file: file, line: 1, column: 1))
        }
        if unsafe parser.pointee.error == YAML_READER_ERROR { return readerError(problem) }
        let mark = unsafe Mark(line: Int(parser.pointee.problem_mark.line), column: Int(parser.pointee.problem_mark.column))
        var message = "not valid YAML: \(problem)"
        if let context = unsafe parser.pointee.context {
            let line = unsafe Int(parser.pointee.context_mark.line)
            message += " \(unsafe String(cString: context))"
            if line != mark.line { message += " that starts on line \(line + 1)" }
        }
        return YAMLError(code: .syntax, message: message, position: position(mark))
    }

    /// Errors of the byte reader come with an offset and no mark.
    private func readerError(_ problem: String) -> YAMLError {
        let offset = unsafe min(parser.pointee.problem_offset, input.count)
        var mark = Mark(line: 0, column: 0)
        for index in 0..<offset {
            let byte = unsafe input[index]
            if byte == 0x0A {
                mark = Mark(line: mark.line + 1, column: 0)
            } else if byte & 0xC0 != 0x80 {
                mark.column += 1
            }
        }
        let value = unsafe parser.pointee.problem_value
        let detail = value >= 0 ? " (0x\(String(value, radix: 16)))" : ""
        return YAMLError(code: .syntax, message: "not valid YAML: \(problem)\(detail)", position: position(mark))
    }
}
