import Glibc
import Kustomize
import Manifests
import Testing
import YAML

/// Each limit holds exactly: just at it a tree renders, one over it is refused.
@Suite("Limits")
struct LimitTests {
    private static func map(_ name: String, _ data: String = "") -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\n" + data
    }

    private struct Case: Sendable {
        var tree: [String: String]
        /// The limits that just suffice, and those that are one too small.
        var enough: RenderLimits
        var tooSmall: RenderLimits
        var message: String
    }

    private static let cases: [Case] = {
        let two = ["app/kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "app/a.yaml": map("a"), "app/b.yaml": map("b")]
        let size = map("a").utf8.count
        let all = 28 + 2 * size
        let nested = [
            "app/kustomization.yaml": "resources: [one]\n", "app/one/kustomization.yaml": "resources: [two]\n",
            "app/one/two/kustomization.yaml": "resources: [a.yaml]\n", "app/one/two/a.yaml": map("a"),
        ]
        let patched = [
            "app/kustomization.yaml": """
            resources: [a.yaml]
            patches:
            - {patch: '[]', target: {name: "a.*"}}
            - {patch: '[]', target: {name: "a.*"}}
            """, "app/a.yaml": map("a"),
        ]
        return [
            Case(
                tree: two, enough: RenderLimits(fileBytes: size), tooSmall: RenderLimits(fileBytes: size - 1),
                message: "app/kustomization.yaml:1:13: app/a.yaml has \(size) bytes; at most \(size - 1) are read"),
            Case(
                tree: two, enough: RenderLimits(totalBytes: all), tooSmall: RenderLimits(totalBytes: all - 1),
                message: "app/kustomization.yaml:1:21: the files of this rendering are larger than \(all - 1) bytes together"),
            Case(
                tree: two, enough: RenderLimits(files: 3), tooSmall: RenderLimits(files: 2),
                message: "app/kustomization.yaml:1:21: this rendering reads more than 2 files"),
            Case(
                tree: nested, enough: RenderLimits(depth: 3), tooSmall: RenderLimits(depth: 2),
                message: "app/one/kustomization.yaml:1:13: kustomizations are nested deeper than 2"),
            Case(
                tree: nested, enough: RenderLimits(kustomizations: 3), tooSmall: RenderLimits(kustomizations: 2),
                message: "app/one/kustomization.yaml:1:13: more than 2 kustomizations are entered"),
            Case(
                tree: two, enough: RenderLimits(objects: 2), tooSmall: RenderLimits(objects: 1),
                message: "app/b.yaml:1:1: there are more than 1 objects"),
            Case(
                tree: patched, enough: RenderLimits(patches: 2), tooSmall: RenderLimits(patches: 1),
                message: "app/kustomization.yaml:2:1: the kustomizations name more than 1 patches"),
            Case(
                tree: patched, enough: RenderLimits(applications: 4), tooSmall: RenderLimits(applications: 3),
                message:
                    "app/kustomization.yaml:4:17: patches and replacements look at objects more than 3 times (name objects exactly where patterns are not needed)"
            ),
            Case(
                tree: patched, enough: RenderLimits(patternLength: 3), tooSmall: RenderLimits(patternLength: 2),
                message: "app/kustomization.yaml:3:26: the pattern is longer than 2 characters"),
            Case(
                tree: two, enough: RenderLimits(values: 10), tooSmall: RenderLimits(values: 9),
                message: "app/b.yaml:1:1: the objects have more than 9 values together"),
        ]
    }()

    @Test(arguments: cases.indices) func exactly(_ index: Int) throws {
        let item = Self.cases[index]
        _ = try Renderer(files: InMemoryFiles(item.tree), yaml: .standard, limits: item.enough).render("app")
        #expect(Trees.failure(item.tree, limits: item.tooSmall)?.description == item.message)
    }

    @Test func longNames() throws {
        for (count, isTaken) in [(RenderLimits.nameLength, true), (RenderLimits.nameLength + 1, false)] {
            let tree = [
                "app/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: \(String(repeating: "x", count: count))\n",
                "app/a.yaml": Self.map("a"),
            ]
            #expect(((try? Trees.render(tree)) != nil) == isTaken)
        }
    }

    @Test func deepFieldPaths() throws {
        for (count, isTaken) in [(RenderLimits.fieldPathSteps, true), (RenderLimits.fieldPathSteps + 1, false)] {
            let path = "data" + String(repeating: "/x", count: count)
            let tree = [
                "app/kustomization.yaml": "resources: [a.yaml]\nlabels: [{pairs: {a: b}, fields: [{path: \(path), create: true}]}]\n",
                "app/a.yaml": Self.map("a"),
            ]
            #expect(((try? Trees.render(tree)) != nil) == isTaken)
        }
    }

    /// What is just within the limits of depth fits a small stack. Builds for debugging take some times more of it than the product, which has 8 MiB.
    @Test func smallStacks() {
        let deep = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
        let groups = String(repeating: "(", count: 90) + "a" + String(repeating: ")", count: 90)
        let path = "data" + String(repeating: "/x", count: RenderLimits.fieldPathSteps)
        let tree = [
            "app/kustomization.yaml": """
            resources: [a.yaml]
            labels: [{pairs: {a: b}, fields: [{path: \(path), create: true}]}]
            patches:
            - {patch: '[{op: copy, from: /x, path: /y}]', target: {name: "\(groups)"}}
            replacements:
            - source: {kind: ConfigMap, name: a, fieldPath: x}
              targets: [{select: {kind: ConfigMap}, fieldPaths: [\(Array(repeating: "q", count: 95).joined(separator: "."))], options: {create: true}}]
            """, "app/a.yaml": Self.map("a", "x: \(deep.dropFirst(2).dropLast(2))\n"),
        ]
        let problem = SmallStack.run {
            let text = try Trees.render(tree).objects.map { YAML.emit($0) + JSON.string($0) }
            let json = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
            let value = try JSON.parse(json.utf8)
            return text.count + YAML.emit(value).utf8.count > 1 ? nil : "nothing was rendered"
        }
        #expect(problem == nil)
    }
}

/// Runs on a thread with a stack of 2 MiB.
private enum SmallStack {
    private final class Work: Sendable {
        let body: @Sendable () throws -> String?
        init(_ body: @escaping @Sendable () throws -> String?) { self.body = body }
    }

    static func run(_ body: @escaping @Sendable () throws -> String?) -> String? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 2 << 20)
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
                do { return try work.body().map { UnsafeMutableRawPointer(strdup($0)) } } catch {
                    return UnsafeMutableRawPointer(strdup("\(error)"))
                }
            }, work.toOpaque())
        if result != 0 { return "no thread" }
        var answer: UnsafeMutableRawPointer?
        pthread_join(thread, &answer)
        guard let answer else { return nil }
        defer { free(answer) }
        return String(cString: answer.assumingMemoryBound(to: CChar.self))
    }
}
