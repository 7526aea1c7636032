internal import Manifests

extension PolicySchema {
    static func promotion(_ defaults: EnvironmentPolicy.Promotion) -> Value {
        closed(
            "What must come before.",
            [
                ("from", label("The environment that proves a revision first. Without it every revision of the branch is taken.")),
                ("approvals", approvals),
                ("soak", duration("How long a proven release must stay healthy before it counts as verified.", defaults.soak)),
                ("order", choice("Which of several revisions that could come is taken.", defaults.order)),
                ("supersede", choice("Whose place a newer revision takes.", defaults.supersede)),
                ("group", label("Environments of one group take a revision together and go back together.")),
                ("windows", list("When a release may begin; without any, always.", window, 0...PolicyLimits.calendarEntries)),
                ("freezes", list("Days on which none begins.", freeze, 0...PolicyLimits.calendarEntries)),
            ])
    }

    private static var approvals: Value {
        let rule: [(String, Value)] = [
            ("required", integer("How many different people.", PolicyLimits.approvals)),
            ("role", label("The role that they must have.")),
        ]
        let shared: [(String, Value)] = [
            (
                "expireAfter",
                described(
                    "A yes that is older no longer counts. Without it, it counts as long as the plan is the same.",
                    ["type": ["string", "integer"], "pattern": .string(durationPattern), "minimum": 0, "maximum": 0])
            ),
            ("selfApproval", boolean("Whether who wrote the change, or asked for the release, may approve it.", true)),
        ]
        let rules = list(
            "Each must be met; a person counts for one of them.", closed("", rule, required: ["required", "role"]),
            1...PolicyLimits.approvalRules)
        return described(
            "Who must approve the exact plan.",
            [
                "oneOf": [
                    closed("", rule + shared, required: ["required", "role"]),
                    closed("", [("rules", rules)] + shared, required: ["rules"]),
                ]
            ])
    }

    private static var window: Value {
        let day = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
        return closed(
            "A part of the day, on some days of the week. One that ends before it begins goes over midnight.",
            [
                ("days", list("Such as Mon or Mon-Fri; without it all.", pattern("", "^\(day)(-\(day))?$"), 1...50)),
                ("from", timeOfDay), ("to", timeOfDay), ("timeZone", timeZone),
            ], required: ["from", "to", "timeZone"])
    }

    private static var freeze: Value {
        let day = pattern("A day, such as 2026-12-24.", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return closed(
            "From the first to the last day, both included.",
            [("from", day), ("through", day), ("timeZone", timeZone), ("reason", text("Why."))],
            required: ["from", "through", "timeZone", "reason"])
    }

    private static var timeOfDay: Value { pattern("Such as 09:30, up to 24:00.", "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$") }

    private static var timeZone: Value {
        pattern("A name of the time zone database, such as Europe/Berlin.", PolicyLimits.timeZonePattern)
    }
}
