import Manifests

/// What libyaml found, in Swift's terms.
struct Event {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(Scalar)
        case listStart(Properties)
        case listEnd
        case mappingStart(Properties)
        case mappingEnd
    }

    struct Properties {
        var anchor: String?
        /// The full tag, such as `tag:yaml.org,2002:str`; `nil` when none is written.
        var tag: String?
        /// In braces or brackets, for a collection.
        var isFlow = false
    }

    enum ScalarStyle {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    struct Scalar {
        var text: String
        var style: ScalarStyle
        /// Written without quotes and not as a block.
        var isPlain: Bool { style == .plain }
        var properties: Properties
    }

    var kind: Kind
    var mark: Mark
    /// Behind the last character.
    var end: Mark
}

/// Line and column from 0, as libyaml counts them.
struct Mark {
    var line: Int
    var column: Int
}
