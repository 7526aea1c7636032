import Certificates
import Manifests
import Synchronization
import Testing

@testable import LocalCluster

/// Tokens of ServiceAccounts, issued and checked without HTTP, at times that the test decides.
struct ServiceAccountTokenTests {
    /// Seconds that the clock of a test is ahead.
    private final class Clock: Sendable {
        private let ahead = Mutex<Int64>(0)
        func advance(_ seconds: Int64) { ahead.withLock { $0 += seconds } }
        @Sendable func now() -> Timestamp { Timestamp.now().adding(seconds: ahead.withLock { $0 }) }
    }

    private struct Bench {
        let clock = Clock()
        let store: ObjectStore
        let tokens: ServiceAccountTokens

        init() throws {
            store = ObjectStore(admission: ClusterAdmission(), environment: StoreEnvironment(now: clock.now))
            try store.create(.namespaces, ["metadata": ["name": "shop"]])
            try store.create(.serviceAccounts, ["metadata": ["name": "web", "namespace": "shop"]])
            tokens = ServiceAccountTokens(key: try SigningKey.generate(), store: store)
        }
    }

    @Test func aTokenNamesItsAccount() throws {
        let bench = try Bench()
        let (token, _) = try bench.tokens.issue(account: "web", namespace: "shop", seconds: 600)
        let user = try bench.tokens.identity(of: token).user
        #expect(user.name == "system:serviceaccount:shop:web")
        #expect(user.groups == ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"])
        #expect(user.uid == bench.store.get(.serviceAccounts, namespace: "shop", name: "web")?.uid)
    }

    @Test func itEndsWithItsTimeAndItsAccount() throws {
        let bench = try Bench()
        let (token, _) = try bench.tokens.issue(account: "web", namespace: "shop", seconds: 600)
        bench.clock.advance(601)
        #expect(throws: APIError.self) { try bench.tokens.identity(of: token) }
        let (second, _) = try bench.tokens.issue(account: "web", namespace: "shop", seconds: 600)
        try bench.store.delete(.serviceAccounts, namespace: "shop", name: "web")
        try bench.store.create(.serviceAccounts, ["metadata": ["name": "web", "namespace": "shop"]])
        let error = #expect(throws: APIError.self) { try bench.tokens.identity(of: second) }
        #expect(error?.reason == .unauthorized)
    }

    @Test func itIsForItsAudienceOnly() throws {
        let bench = try Bench()
        let (token, _) = try bench.tokens.issue(account: "web", namespace: "shop", audiences: ["vault"], seconds: 600)
        #expect(throws: APIError.self) { try bench.tokens.identity(of: token) }
        #expect(try bench.tokens.identity(of: token, audiences: ["vault", "other"]).audiences == ["vault"])
    }

    @Test func whatIsChangedIsRefused() throws {
        let bench = try Bench()
        let (token, _) = try bench.tokens.issue(account: "web", namespace: "shop", seconds: 600)
        let parts = token.split(separator: ".").map(String.init)
        let other = ServiceAccountTokens(key: try SigningKey.generate(), store: bench.store)
        let (foreign, _) = try other.issue(account: "web", namespace: "shop", seconds: 600)
        let claims = try #require(Base64URL.decode(parts[1]).map { String(decoding: $0, as: UTF8.self) })
        let forged = "\(parts[0]).\(Base64URL.encode(Array(claims.replacing("shop:web", with: "kube:web").utf8))).\(parts[2])"
        let none = "\(Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))).\(parts[1])."
        for bad in [foreign, forged, none, "", "a.b.c", parts[0] + "." + parts[1]] {
            #expect(throws: APIError.self) { try bench.tokens.identity(of: bad) }
        }
    }

    @Test func aBoundTokenEndsWithItsPod() throws {
        let bench = try Bench()
        let pod: Value = [
            "metadata": ["name": "p", "namespace": "shop"],
            "spec": ["serviceAccountName": "web", "containers": [["name": "c", "image": "i"]]],
        ]
        let made = try bench.store.create(.pods, pod)
        let source = PodTokens(tokens: bench.tokens, now: bench.clock.now)
        let token = try source.token(for: made, audience: nil, seconds: 3600)
        #expect(try bench.tokens.identity(of: token).user.extra["authentication.kubernetes.io/pod-name"] == ["p"])
        #expect(try source.token(for: made, audience: nil, seconds: 3600) == token)
        bench.clock.advance(3600 * 4 / 5 + 1)
        let renewed = try source.token(for: made, audience: nil, seconds: 3600)
        #expect(renewed != token)
        try bench.store.delete(.pods, namespace: "shop", name: "p")
        #expect(throws: APIError.self) { try bench.tokens.identity(of: renewed) }
    }

    @Test func requestsHaveTheirBounds() throws {
        let bench = try Bench()
        let requests = TokenRequests(tokens: bench.tokens, store: bench.store)
        let error = #expect(throws: APIError.self) {
            try requests.issue(["spec": ["expirationSeconds": 60]], account: "web", namespace: "shop", dryRun: false)
        }
        #expect(
            error?.message.contains("spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes") == true)
        #expect(throws: APIError.self) { try requests.issue([:], account: "none", namespace: "shop", dryRun: false) }
        let answer = try requests.issue([:], account: "web", namespace: "shop", dryRun: false)
        let review = requests.review(["token": answer["status"]?["token"] ?? ""])
        #expect(review["authenticated"] == true && review["user"]?["username"] == "system:serviceaccount:shop:web")
        #expect(requests.review(["token": "x"])["authenticated"] == nil)
    }

    @Test func podsGetTheirAccount() throws {
        let bench = try Bench()
        var pod: Value = [
            "metadata": ["name": "p", "namespace": "shop"],
            "spec": ["serviceAccountName": "web", "containers": [["name": "c", "image": "i"]]],
        ]
        try PodAccounts.prepare(&pod, bench.store)
        #expect(
            pod["spec"]?["containers"]?[0]?["volumeMounts"]?[0]?["mountPath"]?.string == "/var/run/secrets/kubernetes.io/serviceaccount")
        #expect(pod["spec"]?["volumes"]?[0]?["projected"]?["sources"]?.array?.count == 3)
        pod = [
            "metadata": ["name": "p", "namespace": "shop"], "spec": ["serviceAccountName": "web", "automountServiceAccountToken": false],
        ]
        try PodAccounts.prepare(&pod, bench.store)
        #expect(pod["spec"]?["volumes"] == nil)
        pod["spec", "serviceAccountName"] = "none"
        let error = #expect(throws: APIError.self) { try PodAccounts.prepare(&pod, bench.store) }
        #expect(
            error?.message == "pods \"p\" is forbidden: error looking up service account shop/none: serviceaccount \"none\" not found")
    }
}
