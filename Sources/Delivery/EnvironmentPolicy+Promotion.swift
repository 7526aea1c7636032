extension EnvironmentPolicy {
    /// Who must say yes to the exact plan before the first write.
    package struct Approvals: Sendable, Hashable {
        /// So many different people of one role.
        package struct Rule: Sendable, Hashable {
            package var required: Int
            package var role: String

            package init(required: Int, role: String) {
                self.required = required
                self.role = role
            }
        }

        /// All of them must be met. A person counts for one rule only.
        package var rules: [Rule]
        /// A yes that is older no longer counts; `nil`: it counts as long as the plan is the same.
        package var expireAfter: Duration?
        /// Whether who wrote the change, or asked for the Release, may approve it.
        package var allowsSelfApproval = true

        package init(_ rules: [Rule]) { self.rules = rules }
        package init(required: Int, role: String) { self.init([Rule(required: required, role: role)]) }

        /// Who is still to say yes, when as many rules as possible are met with the people that have.
        func missing(given approvals: [Approval]) -> [Blocker.MissingApproval] {
            let rolesOf = Dictionary(grouping: approvals, by: \.by.name).mapValues { Set($0.map(\.role)) }
            let seats = rules.flatMap { rule in Array(repeating: rule.role, count: rule.required) }
            var personAt: [Int: String] = [:]
            /// Seats a person, moving others to another role that they have, too.
            func seat(_ person: String, _ tried: inout Set<Int>) -> Bool {
                for (index, role) in seats.enumerated() where rolesOf[person]?.contains(role) == true && !tried.contains(index) {
                    tried.insert(index)
                    if let other = personAt[index], !seat(other, &tried) { continue }
                    personAt[index] = person
                    return true
                }
                return false
            }
            for person in rolesOf.keys.sorted() {
                var tried: Set<Int> = []
                _ = seat(person, &tried)
            }
            return rules.compactMap { rule in
                let empty = seats.indices.count { seats[$0] == rule.role && personAt[$0] == nil }
                return empty > 0 ? Blocker.MissingApproval(role: rule.role, count: empty) : nil
            }
        }
    }

    /// Which of several Revisions that could come is taken.
    package enum Order: String, Sendable, Hashable, CaseIterable {
        /// The newest; those between are passed over.
        case newest
        /// One after the other, as they were merged or proven.
        case inOrder
    }

    /// What a newer Revision does to the Release before it.
    package enum Supersede: String, Sendable, Hashable, CaseIterable {
        /// Takes the place of one that has not begun.
        case waiting
        /// Takes also the place of one that is under way and not yet proven.
        case running
    }

    package struct Promotion: Sendable, Hashable {
        /// The Environment that must have proven a Revision first; `nil` takes every Revision of the branch.
        package var from: String?
        /// `nil`: no person is asked.
        package var approvals: Approvals?
        /// How long a proven Release must stay healthy before it counts as verified.
        package var soak: Duration = .zero
        package var order = Order.newest
        package var supersede = Supersede.waiting
        /// Environments of one group take a Revision together and go back together.
        package var group: String?
        /// When a Release may begin to change anything.
        package var calendar = ChangeCalendar()

        package init() {}
    }
}
