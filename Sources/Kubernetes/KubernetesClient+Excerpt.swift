extension KubernetesClient {
    /// The last lines of what a program wrote, as they may stand in a message: few, short, with what is known or looks like a secret masked.
    package func excerpt(of output: String) -> [String] { LogExcerpt(secrets: knownSecrets).lines(of: output) }

    /// What a service answered, as it may stand in a message: whole, with what is known or looks like a secret masked.
    package func masked(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { LogExcerpt.masked(knownSecrets.masked(String($0))) }
            .joined(separator: "\n")
    }
}
