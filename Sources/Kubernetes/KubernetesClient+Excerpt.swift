extension KubernetesClient {
    /// The last lines of what a program wrote, as they may stand in a message: few, short, with what is known or looks like a secret masked.
    package func excerpt(of output: String) -> [String] { LogExcerpt(secrets: knownSecrets).lines(of: output) }
}
