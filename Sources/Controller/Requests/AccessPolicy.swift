package import Delivery
internal import Notifications

/// Who may do what. The one place that the command line, the API and the UI pass through.
package struct AccessPolicy: Sendable, Hashable {
    /// What a role lets its holder do. `admin` may do everything; approving asks for the role that the Environment names.
    package enum Role {
        package static let viewer = "viewer"
        package static let deployer = "deployer"
        package static let releaseManager = "release-manager"
        package static let notifier = "notifier"
        package static let admin = "admin"
        package static let all = [viewer, deployer, "approver", releaseManager, notifier, admin]
    }

    package enum Action: Sendable, Hashable {
        case read
        case notify
        case deploy
        case rollBack
        case hold
        case resume
        case cancel
        case retry
        /// Passing over what a Release waits for.
        case skip
        /// Deploying against Hold, quarantine, order and windows.
        case force
        case freeze
        case thaw
        /// Setting and lifting one.
        case quarantine
        /// Seeing what waits for the channels, which all Environments share: it needs the role in every one.
        case readNotices
        /// Sends notifications again that were given up. As for seeing them.
        case replayNotices
        /// Making, seeing and ending tokens. Whoever may could make one that may everything, so it needs `admin` in every Environment.
        case manageTokens
        /// With the role that the Environment asks for.
        case approve(role: String)

        package var name: String {
            switch self {
            case .read: "read"
            case .notify: "notify"
            case .deploy: "deploy"
            case .rollBack: "rollback"
            case .hold: "hold"
            case .resume: "resume"
            case .cancel: "cancel"
            case .retry: "retry"
            case .skip: "skip"
            case .force: "deploy --force"
            case .freeze: "freeze"
            case .thaw: "thaw"
            case .quarantine: "quarantine"
            case .readNotices: "read notifications"
            case .replayNotices: "replay notifications"
            case .manageTokens: "manage tokens"
            case .approve: "approve"
            }
        }

        /// What it reaches belongs to all Environments, so the role must be held in every one.
        fileprivate var countsEverywhere: Bool {
            switch self {
            case .readNotices, .replayNotices, .manageTokens: true
            default: false
            }
        }
    }

    package struct Grant: Sendable, Hashable {
        /// `socket:NAME` or `token:NAME`.
        package var identity: String
        package var roles: Set<String>
        /// Names with `*` and `?`. Empty: every Environment.
        package var environments: Set<String>
        /// Under which this person commits, lower case: so that their own change is known as theirs.
        package var emails: Set<String>

        package init(identity: String, roles: Set<String>, environments: Set<String>, emails: Set<String> = []) {
            self.identity = identity
            self.roles = roles
            self.environments = environments
            self.emails = emails
        }
    }

    /// A bearer token, known by its SHA-256 only.
    package struct Token: Sendable, Hashable {
        package var name: String
        /// 64 hexadecimal digits.
        package var sha256: String
        /// From when on it is not known any more.
        package var expires: Timestamp?

        package init(name: String, sha256: String, expires: Timestamp? = nil) {
            self.name = name
            self.sha256 = sha256
            self.expires = expires
        }
    }

    package var grants: [Grant]
    package var tokens: [Token]

    package init(grants: [Grant], tokens: [Token]) {
        self.grants = grants
        self.tokens = tokens
    }

    /// Of whoever has this name, by socket or by token: a person does not become another one by another way in.
    package func emails(of actor: Actor) -> Set<String> {
        grants.filter { $0.identity.split(separator: ":", maxSplits: 1).last.map(String.init) == actor.name }.reduce(into: []) {
            $0.formUnion($1.emails)
        }
    }

    package func roles(of actor: Actor, in environment: String?) -> Set<String> {
        let identity = "\(actor.source.rawValue):\(actor.name)"
        return grants.filter { grant in
            guard grant.identity == identity else { return false }
            guard let environment, !grant.environments.isEmpty else { return true }
            return grant.environments.contains { NamePattern.matches($0, environment) }
        }.reduce(into: []) { $0.formUnion($1.roles) }
    }

    /// Whether some role is held in every Environment, also in those that are not known any more.
    func readsEverything(_ actor: Actor) -> Bool { !rolesEverywhere(of: actor).isDisjoint(with: Role.all) }

    func reads(_ environment: String, _ actor: Actor) -> Bool { !roles(of: actor, in: environment).isDisjoint(with: Role.all) }

    /// Those that are held in every Environment.
    private func rolesEverywhere(of actor: Actor) -> Set<String> {
        let identity = "\(actor.source.rawValue):\(actor.name)"
        return grants.filter { $0.identity == identity && $0.environments.isEmpty }.reduce(into: []) { $0.formUnion($1.roles) }
    }

    func allows(_ actor: Actor, _ action: Action, environment: String?) -> Bool {
        do throws(RequestRefused) {
            _ = try authorize(actor, action, environment: environment)
            return true
        } catch {
            return false
        }
    }

    /// - Returns: the role under which the action is allowed.
    /// - Throws: `RequestRefused` with code `denied`; the caller audits it.
    package func authorize(_ actor: Actor, _ action: Action, environment: String?) throws(RequestRefused) -> String {
        let held = action.countsEverywhere ? rolesEverywhere(of: actor) : roles(of: actor, in: environment)
        let sufficient: [String]
        switch action {
        case .read, .readNotices: sufficient = Role.all
        case .notify: sufficient = [Role.notifier, Role.deployer]
        case .deploy, .rollBack, .hold, .resume, .cancel, .retry, .replayNotices: sufficient = [Role.deployer, Role.releaseManager]
        case .skip, .force, .freeze, .thaw, .quarantine: sufficient = [Role.releaseManager]
        case .manageTokens: sufficient = [Role.admin]
        case .approve(let role): sufficient = [role]
        }
        if let role = sufficient.first(where: held.contains) { return role }
        if held.contains(Role.admin) {
            if case .approve(let role) = action { return role }
            return Role.admin
        }
        let place = environment.map { " in \($0)" } ?? (action.countsEverywhere ? ", which counts everywhere" : "")
        throw RequestRefused(
            .denied,
            "\(actor.name) may not \(action.name)\(place): it needs one of the roles \(sufficient.joined(separator: ", ")). Grant it under access.grants in the controller's configuration"
        )
    }
}
