import FoundationEssentials
import GRDB
import Manifests

extension Value {
    /// What goes into a `body` column.
    var body: Data { Data(canonicalBytes()) }
}

extension Row {
    /// The record in the columns `encoding` and `body`.
    func reader(_ place: String) throws -> RecordReader {
        try RecordReader(body: bytes("body"), encoding: column("encoding"), place: place)
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try column(name, Data.self)) }

    /// The value of a column that is not NULL. A wrong type is a damaged file, not a defect that may trap.
    func column<Column: DatabaseValueConvertible>(_ name: String, _: Column.Type = Column.self) throws -> Column {
        guard let column = try optionalColumn(name, Column.self) else {
            throw JournalError(.corrupt, "column \(name) has no value where one must be")
        }
        return column
    }

    func optionalColumn<Column: DatabaseValueConvertible>(_ name: String, _: Column.Type = Column.self) throws -> Column? {
        let stored: DatabaseValue = self[name]
        if stored.isNull { return nil }
        guard let column = Column.fromDatabaseValue(stored) else {
            throw JournalError(.corrupt, "column \(name) holds a value of the wrong type")
        }
        return column
    }
}

extension Row {
    /// The first row, by a statement that is prepared once and kept: a lane asks the same few questions again and again.
    static func one(_ db: Database, sql: String, arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    static func all(_ db: Database, sql: String, arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }
}
