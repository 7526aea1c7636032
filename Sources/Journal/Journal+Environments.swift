package import Delivery
import GRDB

extension Journal {
    /// `nil` for an Environment in which nothing has happened yet.
    package func environment(_ name: String) async throws(JournalError) -> EnvironmentState? {
        try await read("read environment \(name)") { db in
            try Row.one(db, sql: "SELECT * FROM environments WHERE name = ?", arguments: [name]).map(EnvironmentState.init(row:))
        }
    }

    /// By name.
    package func environments() async throws(JournalError) -> [EnvironmentState] {
        try await read("list environments") { db in
            try Row.all(db, sql: "SELECT * FROM environments ORDER BY name").map(EnvironmentState.init(row:))
        }
    }

    package func quarantine(environment: String, bundle: String) async throws(JournalError) -> Quarantine? {
        try await read("read a quarantine of \(environment)") { db in
            try Row.one(
                db, sql: "SELECT * FROM quarantines WHERE environment = ? AND bundle = ?", arguments: [environment, bundle]
            ).map { row in try Quarantine(row.reader("a quarantine of \(environment)")) }
        }
    }

    /// Newest first.
    package func quarantines(environment: String) async throws(JournalError) -> [Quarantine] {
        try await read("list quarantines of \(environment)") { db in
            try Row.all(
                db, sql: "SELECT * FROM quarantines WHERE environment = ? ORDER BY since DESC, bundle LIMIT \(JournalLimits.rows)",
                arguments: [environment]
            ).map { row in try Quarantine(row.reader("a quarantine of \(environment)")) }
        }
    }
}

extension EnvironmentState {
    init(row: Row) throws {
        let name: String = try row.column("name")
        try self.init(row.reader("environment \(name)"))
        guard self.name == name, version == (try row.column("version") as Int64) else {
            throw JournalError(.corrupt, "environment \(name): what is stored of it contradicts itself")
        }
    }
}
