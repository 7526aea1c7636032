import Testing
import Verification

@Suite struct AllowedOriginsTests {
    private let origins = AllowedOrigins(
        hosts: ["shop.example.com", "Api.example.com:8443", "http://127.0.0.1:8080"], caFile: nil, http: nil)

    @Test(arguments: ["https://shop.example.com", "https://api.example.com:8443", "http://127.0.0.1:8080"])
    func whatTheOperatorNamedMayBeAsked(_ origin: String) { #expect(origins.contains(origin)) }

    @Test(arguments: [
        "http://shop.example.com", "https://shop.example.com:8443", "https://evil.example.com", "https://shop.example.com.evil.com",
        "https://api.example.com", "https://127.0.0.1:8080", "",
    ])
    func andNothingElse(_ origin: String) { #expect(!origins.contains(origin)) }
}
