import Kustomize
import Manifests
import Testing

/// Small trees that ask for endless work or memory. Each is refused by a limit that says its name, long before it hurts.
@Suite("Hostile trees", .timeLimit(.minutes(1)))
struct HostileTreeTests {
    private static let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

    private func app(_ kustomization: String, _ files: [String: String] = [:]) -> [String: String] {
        var texts = ["app/kustomization.yaml": kustomization]
        for (name, text) in files { texts["app/" + name] = text }
        return texts
    }

    @Test func repetitionsOfNothing() throws {
        let pattern = "((((){1000}){1000}){1000}){1000}"
        let rendering = try Trees.render(
            app("resources: [a.yaml]\npatches: [{patch: '[]', target: {name: '\(pattern)|a'}}]\n", ["a.yaml": Self.map]))
        #expect(rendering.objects.count == 1)
    }

    @Test func aliasesOfManyFiles() {
        var bomb = Self.map + "data:\n  x0: &x0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...4 {
            bomb += "  x\(level): &x\(level) [\(Array(repeating: "*x\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        var files: [String: String] = [:]
        for number in 0..<40 { files["f\(number).yaml"] = bomb.replacing("name: a", with: "name: a\(number)") }
        let names = (0..<40).map { "f\($0).yaml" }.joined(separator: ", ")
        let error = Trees.failure(app("resources: [\(names)]\n", files), limits: RenderLimits(values: 1_000_000))
        #expect(error?.description == "app/f8.yaml: what aliases, patches, replacements and variables make has more than 1000000 values")
    }

    @Test func replacementsThatDouble() {
        var rules = ""
        for number in 0..<60 {
            rules += """
                - source: {kind: ConfigMap, name: a, fieldPath: data}
                  targets: [{select: {kind: ConfigMap, name: b}, fieldPaths: [data.x\(number)], options: {create: true}}]
                - source: {kind: ConfigMap, name: b, fieldPath: data}
                  targets: [{select: {kind: ConfigMap, name: a}, fieldPaths: [data.x\(number)], options: {create: true}}]

                """
        }
        let maps = Self.map + "data: {k: v}\n---\n" + Self.map.replacing("name: a", with: "name: b") + "data: {k: v}\n"
        let error = Trees.failure(
            app("resources: [a.yaml]\nreplacements:\n" + rules, ["a.yaml": maps]), limits: RenderLimits(values: 50_000))
        #expect(error?.code == .limitExceeded)
        #expect(error?.message == "what aliases, patches, replacements and variables make has more than 50000 values")
        #expect(error?.position?.file == "app/kustomization.yaml")
    }

    @Test func replacementsThatNest() {
        let path = Array(repeating: "x", count: 150).joined(separator: ".")
        var rules = ""
        for _ in 0..<2 {
            rules += """
                - source: {kind: ConfigMap, name: a, fieldPath: data}
                  targets: [{select: {kind: ConfigMap, name: a}, fieldPaths: [data.\(path)], options: {create: true}}]

                """
        }
        let error = Trees.failure(app("resources: [a.yaml]\nreplacements:\n" + rules, ["a.yaml": Self.map + "data: {k: v}\n"]))
        #expect(error?.message == "the replacement nests ConfigMap default/a deeper than 200 levels")
    }

    @Test func operationsThatNest() {
        var operations = ""
        for number in 0..<300 {
            operations +=
                "    - {op: add, path: /x\(number + 1), value: {}}\n    - {op: move, from: /x\(number), path: /x\(number + 1)/y}\n"
        }
        let error = Trees.failure(
            app(
                "resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n" + operations,
                ["a.yaml": Self.map + "x0: {k: v}\n"]))
        #expect(error?.code == .invalidPatch)
        #expect(error?.message.contains("nests the value deeper than 200 levels") == true)
    }

    @Test func patchesThatCopy() {
        let copies = (0..<3).map { "{op: copy, from: /data, path: /data/y\($0)}" }.joined(separator: ", ")
        let patches = (0..<9).map { "- {target: {kind: ConfigMap}, patch: '[\(copies.replacing("/y", with: "/z\($0)"))]'}\n" }.joined()
        let error = Trees.failure(
            app("resources: [a.yaml]\npatches:\n" + patches, ["a.yaml": Self.map + "data: {k: v}\n"]),
            limits: RenderLimits(values: 50_000))
        #expect(error?.message == "what aliases, patches, replacements and variables make has more than 50000 values")
    }

    @Test func variablesThatMultiply() {
        let long = String(repeating: "x", count: 1 << 20)
        let error = Trees.failure(
            app(
                """
                resources: [a.yaml]
                vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldPath: data.k}}]
                configurations: [c.yaml]
                """,
                [
                    "a.yaml": Self.map + "data: {k: \(long), t: \"\(String(repeating: "$(V) ", count: 100))\"}\n",
                    "c.yaml": "varReference: [{path: data/t}]\n",
                ]))
        #expect(error?.message == "ConfigMap default/a: data/t: the variables put more than 67108864 bytes into texts")
    }

    @Test func definitionsThatReferToEachOther() {
        let properties = (0..<10).map { "p\($0): {$ref: e.T}" }.joined(separator: ", ")
        let error = Trees.failure(
            app(
                "crds: [crd.yaml]\n",
                ["crd.yaml": "e.T: {Schema: {properties: {kind: {}, apiVersion: {}, metadata: {}, \(properties)}}}\n"]))
        #expect(
            error?.description
                == "app/kustomization.yaml:1:8: crd.yaml describes too much (its definitions refer to each other without end, or to more than 5000 fields)"
        )
    }

    @Test func listsWithManyKeys() throws {
        let count = 20_000
        let ports = (0..<count).map { "  - {port: \($0), protocol: UDP}\n" }.joined()
        let patched = (0..<count).map { "  - {port: \($0), name: p\($0)}\n" }.joined()
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  ports:\n"
        let rendering = try Trees.render(
            app("resources: [s.yaml]\npatches: [{path: p.yaml}]\n", ["s.yaml": service + ports, "p.yaml": service + patched]))
        #expect(rendering.objects[0]["spec", "ports"]?.array?.count == count)
    }

    @Test func mappingsWithManyKeys() throws {
        let count = 50_000
        let data = (0..<count).map { "  k\($0): v\n" }.joined()
        let nothing = (0..<count - 1).map { "  k\($0): null\n" }.joined()
        let rendering = try Trees.render(
            app(
                "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
                ["a.yaml": Self.map + "data:\n" + data, "p.yaml": Self.map + "data:\n" + nothing]))
        #expect(rendering.objects[0]["data"]?.object?.count == 1)
    }

    @Test func manyFiles() throws {
        var files = InMemoryFiles()
        let count = 10_000
        files.set("app/kustomization.yaml", "resources:\n" + (0..<count).map { "- f/\($0).yaml\n" }.joined())
        for number in 0..<count { files.set("app/f/\(number).yaml", Self.map.replacing("name: a", with: "name: a\(number)")) }
        #expect(try Renderer(files: files, yaml: .standard).render("app").objects.count == count)
        let error = #expect(throws: RenderError.self) {
            try Renderer(files: files, yaml: .standard, limits: RenderLimits(files: count)).render("app")
        }
        #expect(error?.description == "app/kustomization.yaml:10001:3: this rendering reads more than 10000 files")
    }
}
