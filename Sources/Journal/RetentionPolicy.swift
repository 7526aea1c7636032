/// What the Journal keeps of the past. A Release goes when it is beyond the count **and** older than the age; audit entries never go.
package struct RetentionPolicy: Sendable, Hashable {
    /// The newest Releases of each Environment that stay, however old.
    package var releases: Int
    /// What ended within this time stays, however many there are.
    package var age: Duration

    package init(releases: Int = 200, age: Duration = .seconds(90 * 86_400)) {
        self.releases = releases
        self.age = age
    }
}

/// What one run of retention dropped, with what an interrupted run before it did.
package struct RetentionReport: Sendable, Hashable {
    package var releases: Int64 = 0
    package var renderings: Int64 = 0
    package var bundles: Int64 = 0
    package var objects: Int64 = 0
    /// Pages of 4096 bytes given back to the disk.
    package var freedPages: Int64 = 0

    package var isEmpty: Bool { releases + renderings + bundles + objects == 0 }
}
