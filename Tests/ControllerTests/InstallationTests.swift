import ArgumentParser
import Controller
import Foundation
import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

@testable import SlipwayCommands

@Suite struct InstallationTests {
    /// The root of the package.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// `SLIPWAY_RECORD=1` writes the folder anew.
    @Test func theFolderIsWhatTheCommandPrints() throws {
        let folder = Self.root + "/manifests/slipway"
        for file in ClusterInstallation.folder {
            let path = "\(folder)/\(file.path)"
            if ProcessInfo.processInfo.environment["SLIPWAY_RECORD"] == "1" { try Files.write(file.text, to: path) }
            #expect(try Files.text(path) == file.text, "\(file.path): run this test with SLIPWAY_RECORD=1")
        }
        let there = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(Set(there) == Set(ClusterInstallation.folder.map(\.path)))
    }

    @Test(arguments: ClusterInstallation.Mode.allCases)
    func kustomizeMakesTheSameObjectsOfTheFolder(mode: ClusterInstallation.Mode) throws {
        let built = try Renderer(files: FolderFiles(root: Self.root), yaml: .libyaml).render("manifests/slipway/\(mode.rawValue)").objects
        var installation = ClusterInstallation()
        installation.mode = mode
        let printed = try Self.objects(of: installation)
        func lines(_ objects: [Value]) -> [String] { objects.map { JSON.string($0) }.sorted() }
        #expect(lines(built) == lines(printed))
        #expect(printed.count == 10 + (mode == .cluster ? 2 : 4))
    }

    static func objects(of installation: ClusterInstallation) throws -> [Value] {
        try YAML.parse(Array(installation.text.utf8), file: "installation.yaml").map(\.value)
    }

    @Test func theConfigurationWithinIsOneThatTheControllerTakes() throws {
        for (secret, url) in [("token", "https://git.example.com/a.git"), (nil, #"https://git.example.com/"a"\b.git"#)] {
            var installation = ClusterInstallation()
            installation.tokenSecret = secret
            installation.repository = url
            let map = try #require(try Self.objects(of: installation).first { $0.kind == "ConfigMap" })
            try withTemporary { folder in
                try folder.write(try #require(map["data"]?["slipway.yaml"]?.string), to: "slipway.yaml")
                let configuration = try ControllerConfiguration.load(path: folder.file("slipway.yaml"))
                #expect(configuration.repository.url == url)
                #expect((configuration.repository.tokenFile == "/etc/slipway-git/token") == (secret != nil))
                #expect(configuration.metricsAddress == "0.0.0.0:9090")
            }
        }
    }

    private func withTemporary(_ body: (TemporaryFolder) throws -> Void) throws {
        try body(try TemporaryFolder("slipway-installation"))
    }

    @Test(arguments: [
        (["--mode", "namespaced"], "--mode namespaced needs --environment-namespaces"),
        (["--environment-namespaces", "a"], "--environment-namespaces goes with --mode namespaced"),
        (["--mode", "namespaced", "--environment-namespaces", "a,B_"], "\"B_\" cannot be a name"),
        (["--namespace", "x\ny"], "cannot be a name"), (["--storage-size", "big"], "is no quantity"),
        (["--mode", "namespaced", "--environment-namespaces", "a,b,a"], "has \"a\" twice"),
        (["--repository", "git@git.example.com:nova/deploy.git"], "the image has no ssh"),
        (["--repository", "ssh://git@git.example.com/deploy.git"], "the image has no ssh"),
        (["--repository", "/srv/deploy.git"], "no folder of this machine"),
        (["--repository", "https://git.example.com:x/a"], "HOST[:PORT]"),
        (["--api-server-port", "0"], "0 is no port"),
        (["--public-repository", "--token-secret", "x"], "not both"), (["--image", "a b"], "--image is empty or has blanks"),
    ])
    func optionsAreChecked(arguments: [String], words: String) throws {
        let error = #expect(throws: (any Error).self) { try InitClusterCommand.parse(arguments) }
        let message = error.map { InitClusterCommand.message(for: $0) } ?? ""
        #expect(message.contains(words), "\(message)")
    }

    @Test func optionsComeToTheObjects() throws {
        let command = try InitClusterCommand.parse([
            "--mode", "namespaced", "--environment-namespaces", "a,b", "-n", "ops", "--image", "r/s:1", "--storage-class", "fast",
        ])
        let objects = try Self.objects(of: command.installation)
        let bindings = objects.filter { $0.kind == "RoleBinding" }
        #expect(objects.filter { $0.kind == "ClusterRole" }.isEmpty)
        #expect(bindings.map { $0.namespace ?? "" } == ["ops", "a", "b"])
        #expect(bindings.allSatisfy { $0["subjects"]?.array?.first?["namespace"]?.string == "ops" })
        #expect(objects.first { $0.kind == "PersistentVolumeClaim" }?["spec"]?["storageClassName"]?.string == "fast")
    }

    @Test(arguments: [
        ([], [443, 6443]), (["--repository", "https://git.example.com:8443/a.git"], [443, 6443, 8443]),
        (["--repository", "http://git:3000/a", "--api-server-port", "16443"], [3000, 16443]),
        (["--repository", "https://[fd00::1]/a", "--api-server-port", "8443"], [443, 8443]),
    ])
    func whatMayBeReachedIsWhatIsNeeded(arguments: [String], ports: [Int]) throws {
        let objects = try Self.objects(of: InitClusterCommand.parse(arguments).installation)
        let policy = try #require(objects.first { $0.kind == "NetworkPolicy" })
        let rule = policy["spec"]?["egress"]?.array?.last?["ports"]?.array ?? []
        #expect(rule.compactMap { $0["port"]?.integer }.map(Int.init) == ports)
    }

    @Test(arguments: ["2024", "true", "null", "no", "1e3"])
    func namesStayTexts(name: String) throws {
        let arguments = ["-n", name, "--token-secret", name, "--mode", "namespaced", "--environment-namespaces", name]
        for object in try Self.objects(of: InitClusterCommand.parse(arguments).installation) {
            let place = object.kind == "Namespace" ? object["metadata", "name"] : object["metadata", "namespace"]
            #expect(place == .string(name), "\(object.kind ?? "")")
            for subject in object["subjects"]?.array ?? [] { #expect(subject["namespace"] == .string(name)) }
            for rule in object["rules"]?.array ?? [] {
                #expect(rule["resourceNames"]?.array?.allSatisfy { $0 == .string(name) } ?? true)
            }
        }
    }

    @Test func theClusterRoleIsNeverCalledLikeABuiltInOne() throws {
        for (namespace, expected) in [("slipway", "slipway"), ("view", "slipway-view"), ("admin", "slipway-admin")] {
            let objects = try Self.objects(of: InitClusterCommand.parse(["-n", namespace]).installation)
            let role = objects.first { $0.kind == "ClusterRole" }
            let binding = objects.first { $0.kind == "ClusterRoleBinding" }
            #expect([role?.name, binding?.name, binding?["roleRef"]?["name"]?.string] == [expected, expected, expected])
        }
    }

    @Test func noRightIsGrantedTwiceAndNoneByAStar() throws {
        var installation = ClusterInstallation()
        installation.mode = .namespaced
        for role in try Self.objects(of: installation) where role.kind == "Role" {
            var seen: Set<String> = []
            for right in (role["rules"]?.array ?? []).flatMap(Self.rights) {
                #expect(seen.insert(right).inserted, "\(right) in \(role.name ?? "")")
                #expect(!right.contains("*"))
            }
        }
    }

    private static func rights(_ rule: Value) -> [String] {
        func texts(_ field: String) -> [String] { rule[field]?.array?.compactMap(\.string) ?? [] }
        return texts("apiGroups").flatMap { group in
            texts("resources").flatMap { resource in texts("verbs").map { "\(group)/\(resource) \($0)" } }
        }
    }
}
