import Delivery
import Manifests
import Notifications
import Testing

@testable import Controller

@Suite struct NotificationsConfigurationTests {
    private func decode(_ notifications: Value) throws(StrictReaderErrors) -> NotificationsConfiguration {
        try ControllerConfiguration.decode(
            [
                "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                "repository": ["url": "/srv/git"], "notifications": notifications,
            ], folder: "/etc/slipway"
        ).notifications
    }

    private let slack: Value = ["name": "chat", "slack": ["tokenFile": "slack-token", "channel": "#deployments"]]
    private let pager: Value = ["name": "on-call", "pagerDuty": ["routingKeyFile": "/keys/pd"]]

    @Test func everyService() throws {
        let read = try decode([
            "channels": [
                [
                    "name": "chat", "slack": ["tokenFile": "slack-token", "channel": "#deployments", "baseUrl": "https://slack.example/"],
                    "events": ["rolledBack"], "severities": ["warning", "page"], "environments": ["prod*"], "template": "{{ text }}!",
                    "timeout": "5s", "attempts": 7, "caFile": "ca.pem",
                ],
                ["name": "simple", "slack": ["webhookUrlFile": "hook"]],
                ["name": "on-call", "pagerDuty": ["routingKeyFile": "/keys/pd", "source": "east", "severities": ["warning": "error"]]],
                ["name": "lead", "pagerDuty": ["routingKeyFile": "/keys/lead"]],
                [
                    "name": "public",
                    "statusPage": [
                        "tokenFile": "sp", "page": "abc1", "components": ["c1"], "componentStatus": "major_outage",
                        "title": "{{ environment }}",
                    ],
                ],
                [
                    "name": "commits",
                    "commitStatus": ["provider": "gitlab", "repository": "a/b/c", "tokenFile": "gl", "targetUrl": "https://x/{{release}}"],
                ],
                ["name": "bus", "webhook": ["url": "http://bus.internal/hook", "secretFile": "s"]],
            ],
            "escalation": [
                ["level": 1, "channels": ["on-call"], "severities": ["warning", "page"]],
                ["level": 2, "after": "15m", "channels": ["lead"], "severities": ["page"], "environments": ["prod*"]],
            ],
        ])
        #expect(read.channels.map(\.name) == ["chat", "simple", "on-call", "lead", "public", "commits", "bus"])
        let chat = read.channels[0]
        #expect(chat.filter == NoticeFilter(events: [.rolledBack], severities: [.warning, .page], environments: ["prod*"]))
        #expect(chat.timeout == .seconds(5) && chat.attempts == 7 && chat.caFile == "/etc/slipway/ca.pem")
        guard case .slack(let slack) = chat.service else { return #expect(Bool(false), "no Slack") }
        #expect(
            slack.way == .bot(tokenFile: "/etc/slipway/slack-token", channel: "#deployments") && slack.baseURL == "https://slack.example")
        #expect(read.channels.map(\.isForEscalationOnly) == [false, false, true, true, false, false, false])
        #expect(read.channels[4].filter.severities == [.page], "a public page shows what pages")
        #expect(read.escalation.map(\.after) == [.zero, .seconds(900)])
        guard case .commitStatus(let commits) = read.channels[5].service else { return #expect(Bool(false), "no commit status") }
        #expect(commits.baseURL == "https://gitlab.com")
    }

    @Test(
        arguments: [
            (["channels": [["name": "x"]]], "needs exactly one of slack, pagerDuty"),
            (["channels": [["name": "x", "slak": [:]]]], "did you mean \"slack\"?"),
            (["channels": [["name": "x", "slack": ["tokenFile": "t"]]]], "needs tokenFile and channel"),
            (["channels": [["name": "x", "slack": ["webhookUrlFile": "t", "chanel": "c"]]]], "did you mean \"channel\"?"),
            (["channels": [["name": "x", "slack": ["webhookUrlFile": "t"], "template": "{{ revison }}"]]], "did you mean \"revision\"?"),
            (["channels": [["name": "x", "slack": ["webhookUrlFile": "t"], "events": ["roledBack"]]]], "did you mean \"rolledBack\"?"),
            (["channels": [["name": "x", "slack": ["webhookUrlFile": "t"], "severities": ["critical"]]]], "known are info, warning, page"),
            (["channels": [["name": "x", "pagerDuty": ["routingKeyFile": "t", "baseUrl": "http://pd.example.com"]]]], "must be https"),
            (
                ["channels": [["name": "x", "pagerDuty": ["routingKeyFile": "t", "severities": ["page": "critcal"]]]]],
                "did you mean \"critical\"?"
            ),
            (["channels": [["name": "x", "statusPage": ["tokenFile": "t", "page": "../x"]]]], "page's identifier"),
            (
                ["channels": [["name": "x", "commitStatus": ["provider": "gitea", "repository": "a/b", "tokenFile": "t"]]]],
                "baseUrl: is missing"
            ),
            (
                ["channels": [["name": "x", "commitStatus": ["provider": "github", "repository": "a/../b", "tokenFile": "t"]]]],
                "OWNER/NAME"
            ),
            (["channels": [["name": "x", "webhook": ["url": "ftp://x", "secretFile": "s"]]]], "no http or https address"),
            (["channels": [["name": "x", "webhook": ["url": "https://x"]]]], "secretFile: is missing"),
            (["channels": [["name": "a b", "webhook": ["url": "https://x", "secretFile": "s"]]]], "at most 60 letters"),
            (["escalation": [["level": 1, "channels": ["x"]]]], "no channel; there is none"),
            (["chanels": []], "did you mean \"channels\"?"),
        ] as [(Value, String)])
    func mistakesAreNamed(_ notifications: Value, _ words: String) throws {
        do throws(StrictReaderErrors) {
            _ = try decode(notifications)
            Issue.record("it was accepted: \(notifications)")
        } catch {
            #expect(error.description.contains(words), "\(error.description)")
        }
    }

    @Test func levelsGoUp() throws {
        for (levels, words) in [
            ([["level": 2, "channels": ["on-call"]]], "from 1 on"),
            (
                [["level": 1, "after": "20m", "channels": ["on-call"]], ["level": 2, "after": "5m", "channels": ["chat"]]], "must not fall"
            ),
            ([["level": 1, "channels": ["on-cal"]]], "did you mean \"on-call\"?"),
            ([["level": 1, "channels": []]], "at least one channel"),
        ] as [(Value, String)] {
            do throws(StrictReaderErrors) {
                _ = try decode(["channels": [slack, pager], "escalation": levels])
                Issue.record("it was accepted: \(levels)")
            } catch {
                #expect(error.description.contains(words), "\(error.description)")
            }
        }
    }

    @Test func namesAreUnique() throws {
        #expect(throws: StrictReaderErrors.self) { try decode(["channels": [slack, slack]]) }
        #expect(try decode(["channels": [slack, pager]]).channels.count == 2)
    }
}
