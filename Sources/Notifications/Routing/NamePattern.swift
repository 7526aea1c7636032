/// Names with `*` for any characters and `?` for one.
package enum NamePattern {
    /// Linear in the name for each `*`: it goes back to the last one only.
    package static func matches(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (Array(pattern), Array(name))
        var (p, n) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                p = last.pattern + 1
                n = last.name + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
