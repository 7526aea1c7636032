internal import Manifests

/// Objects that Helm would not install but run at moments of its own: before an upgrade, after an installation, as tests.
enum ChartHooks {
    static let annotation = "helm.sh/hook"
    private static let tests: Set<String> = ["test", "test-success", "test-failure"]
    /// Helm 2's way to install definitions first, which the order of kinds does here.
    private static let plain: Set<String> = ["crd-install"]

    /// The objects to deploy: tests are left out, and other hooks treated as the policy says.
    static func sorted(_ objects: [Value], _ policy: ChartRequest.Hooks) throws(HelmError) -> [Value] {
        var kept: [Value] = []
        for object in objects {
            let hooks = names(of: object)
            if hooks.isEmpty || hooks.isSubset(of: plain) {
                kept.append(object)
            } else if hooks.isSubset(of: tests) {
                continue
            } else {
                switch policy {
                case .apply: kept.append(object)
                case .skip: continue
                case .refuse:
                    throw HelmError(
                        .hook,
                        "the chart has a hook, \(object.identity?.description ?? object.kind ?? "an object") (\(hooks.sorted().joined(separator: ", "))), "
                            + "and hooks are not run at their moments here; switch it off by the chart's values, or say what to do with hooks: "
                            + "apply (as objects like the others) or skip",
                        at: [.key("hooks")])
                }
            }
        }
        return kept
    }

    private static func names(of object: Value) -> Set<String> {
        let text = object.annotations?[annotation]?.string ?? ""
        return Set(text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty })
    }
}
