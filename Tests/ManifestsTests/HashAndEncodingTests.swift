import Manifests
import Testing

@Suite("Hashes and encodings")
struct HashAndEncodingTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ])
    func sha256(_ text: String, _ digest: String) {
        #expect(SHA256.hex(text.utf8) == digest)
    }

    @Test func aMillionLetters() {
        var hash = SHA256()
        for size in [1, 63, 64, 65, 999_807] { hash.update([UInt8](repeating: UInt8(ascii: "a"), count: size)) }
        #expect(Hex.encode(hash.finalize()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func piecesMakeTheSameDigest() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for split in 0...130 {
            var hash = SHA256()
            hash.update(bytes[..<split])
            _ = hash.finalize()
            hash.update(bytes[split...])
            #expect(hash.finalize() == SHA256.hash(bytes))
        }
    }

    @Test func hmac() {
        #expect(
            Hex.encode(HMAC.sha256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Hex.encode(
                HMAC.sha256(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xAA, count: 131))
            )
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zm9v=", "Zm9vY===", "Zm 9", "Zm9-", "====", "Z===", "Zg==Zg=="])
    func noBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func base64OverLines() {
        #expect(Base64.decode("Zm9v\r\nYmFy\n") == Array("foobar".utf8))
    }

    @Test func hexadecimal() {
        #expect(Hex.decode("00ffAb") == [0, 255, 0xAB])
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil)
    }
}
