internal import Manifests

/// Walks events to the place where a path is written. See `YAML.position`.
struct PositionFinder: ~Copyable {
    private var events: EventReader

    init(events: consuming EventReader) { self.events = events }

    mutating func find(_ path: [PathElement], document: Int) throws(YAMLError) -> SourcePosition? {
        var index = -1
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return nil
            case .documentStart:
                index += 1
                guard index == document else { continue }
                let root = try events.next()
                return events.position(try locate(path[...], in: root, at: root.mark))
            case .streamStart, .documentEnd, .alias, .scalar, .listStart, .listEnd, .mappingStart, .mappingEnd: continue
            }
        }
    }

    /// - Parameter mark: the position of the step that led to `event`.
    private mutating func locate(_ path: ArraySlice<PathElement>, in event: Event, at mark: Mark) throws(YAMLError) -> Mark {
        guard let step = path.first else { return mark }
        let rest = path.dropFirst()
        switch (event.kind, step) {
        case (.mappingStart, .key(let wanted)):
            var mergeMark: Mark?
            while true {
                let keyEvent = try events.next()
                if case .mappingEnd = keyEvent.kind { return mergeMark ?? mark }
                if Composer.isMergeKey(keyEvent) { mergeMark = keyEvent.mark }
                if try key(of: keyEvent) == wanted { return try locate(rest, in: try events.next(), at: keyEvent.mark) }
                try skip(try events.next())
            }
        case (.listStart, .index(let wanted)):
            var index = 0
            while true {
                let element = try events.next()
                if case .listEnd = element.kind { return mark }
                if index == wanted { return try locate(rest, in: element, at: element.mark) }
                try skip(element)
                index += 1
            }
        default: return mark
        }
    }

    private mutating func key(of event: Event) throws(YAMLError) -> String? {
        guard case .scalar(let scalar) = event.kind else {
            try skip(event)
            return nil
        }
        do throws(ScalarTag.Mismatch) {
            return Composer.key(try ScalarTag.resolve(scalar))
        } catch {
            return nil
        }
    }

    /// Reads past the value that starts with `event`.
    private mutating func skip(_ event: Event) throws(YAMLError) {
        var depth = 0
        var event = event
        while true {
            switch event.kind {
            case .listStart, .mappingStart: depth += 1
            case .listEnd, .mappingEnd: depth -= 1
            case .streamStart, .streamEnd, .documentStart, .documentEnd, .alias, .scalar: break
            }
            if depth <= 0 { return }
            event = try events.next()
        }
    }
}
