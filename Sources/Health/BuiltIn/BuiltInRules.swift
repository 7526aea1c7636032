internal import Manifests

/// Rules for kinds that stand beside a deployed service, in the same form as an operator's. Each says what its project documents of the
/// kind's phases and conditions. Where not being ready yet is a normal step of a rollout it is in progress, and a Release's deadline decides.
enum BuiltInRules {
    static let all: [HealthRule] =
        delivery + flux + secrets + networking + databases + messaging + cloud + clusterAPI + observability + workloads + batch + openShift
        + platforms
        + commitPromotion
}

extension HealthRules {
    /// Looked at after an operator's own.
    package static let builtIn = HealthRules(BuiltInRules.all)
}

extension HealthRule {
    init(
        _ groups: [String], _ kinds: [String], suspended: [HealthTest] = [], failed: [HealthTest] = [], inProgress: [HealthTest] = [],
        current: [HealthTest] = [], otherwise: HealthStatus? = nil, message: String...
    ) {
        self.init(
            groups: groups, kinds: kinds, suspended: suspended, failed: failed, inProgress: inProgress, current: current,
            otherwise: otherwise, messages: message.map(HealthPath.known))
    }

    /// Condition Ready says it all: False, but for reasons that mean waiting, is a failure that the controller told of.
    static func ready(_ groups: [String], _ kinds: [String], waiting: [String] = [], suspended: [HealthTest] = []) -> HealthRule {
        HealthRule(groups, kinds, suspended: suspended, failed: [.is("Ready", "False", except: waiting)], current: [.is("Ready")])
    }

    /// A phase says it all; what is in neither list is in progress.
    static func phase(
        _ groups: [String], _ kinds: [String], at path: String = ".status.phase", failed: [String], current: [String],
        suspended: [HealthTest] = [], message: String = ".status.message"
    ) -> HealthRule {
        HealthRule(
            groups, kinds, suspended: suspended, failed: [.at(path, failed)], current: [.at(path, current)], message: message)
    }
}

extension HealthTest {
    /// A condition with this status.
    static func `is`(
        _ type: String, _ statuses: String..., reasons: [String] = [], except: [String] = [], at: String? = nil
    ) -> HealthTest {
        .condition(
            ConditionTest(
                [type], statuses.isEmpty ? ["True"] : statuses, reasons: reasons, exceptReasons: except, at: at.map(HealthPath.known)))
    }

    /// One of these texts stands there.
    static func at(_ path: String, _ texts: [String]) -> HealthTest { .value(.known(path), .equals(texts.map(Value.string))) }
    static func at(_ path: String, _ text: String) -> HealthTest { at(path, [text]) }
    static func at(_ path: String, is value: Value) -> HealthTest { .value(.known(path), .equals([value])) }
    static func at(_ path: String, _ comparison: ValueComparison) -> HealthTest { .value(.known(path), comparison) }
    static func exists(_ path: String) -> HealthTest { .value(.known(path), .exists(true)) }
    static func missing(_ path: String) -> HealthTest { .value(.known(path), .exists(false)) }
    static func below(_ path: String, _ other: String) -> HealthTest { .value(.known(path), .below(.path(.known(other)))) }
    static func above(_ path: String, _ other: String) -> HealthTest { .value(.known(path), .above(.path(.known(other)))) }
    static func different(_ path: String, _ other: String) -> HealthTest { .value(.known(path), .differsFrom(.known(other))) }
}

extension HealthPath {
    /// A path of a rule below. A mistyped one finds nothing, and a test goes through them all.
    static func known(_ text: String) -> HealthPath { HealthPath(text) ?? .nowhere }
}
