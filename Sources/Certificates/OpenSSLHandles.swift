internal import COpenSSL
internal import Glibc

// The handles of OpenSSL for keys and certificates. Their pointers do not leave this file.

/// A public or private key.
@safe final class KeyHandle {
    enum Algorithm: Hashable {
        case ed25519
        case p256
        case other
    }

    fileprivate let pointer: OpaquePointer

    private init(takingOwnershipOf pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    static func generate(_ algorithm: Algorithm) throws(CertificateError) -> KeyHandle {
        let identifier = algorithm == .ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_EC
        guard let context = unsafe EVP_PKEY_CTX_new_id(identifier, nil) else { throw .library("a key cannot be made") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var pointer: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe algorithm == .ed25519 || EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            unsafe EVP_PKEY_keygen(context, &pointer) == 1, let pointer = unsafe pointer
        else { throw .library("a key cannot be made") }
        return unsafe KeyHandle(takingOwnershipOf: pointer)
    }

    /// A key with a pass phrase is refused; OpenSSL would otherwise ask for it at the terminal.
    convenience init(privatePEM: [UInt8]) throws(CertificateError) {
        let bio = try MemoryBIO(privatePEM)
        guard let pointer = unsafe PEM_read_bio_PrivateKey(bio.pointer, nil, { _, _, _, _ in 0 }, nil) else {
            throw .library("this is no PEM private key without a pass phrase", code: .malformed)
        }
        unsafe self.init(takingOwnershipOf: pointer)
    }

    convenience init(publicPEM: [UInt8]) throws(CertificateError) {
        let bio = try MemoryBIO(publicPEM)
        guard let pointer = unsafe PEM_read_bio_PUBKEY(bio.pointer, nil, { _, _, _, _ in 0 }, nil) else {
            throw .library("this is no PEM public key", code: .malformed)
        }
        unsafe self.init(takingOwnershipOf: pointer)
    }

    convenience init(rawEd25519PublicKey bytes: [UInt8]) throws(CertificateError) {
        guard let pointer = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
            throw .library("this is no Ed25519 public key", code: .malformed)
        }
        unsafe self.init(takingOwnershipOf: pointer)
    }

    var algorithm: Algorithm {
        switch unsafe EVP_PKEY_get_id(pointer) {
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_EC: .p256
        default: .other
        }
    }

    func privatePEM() throws(CertificateError) -> [UInt8] {
        let bio = try MemoryBIO()
        guard unsafe PEM_write_bio_PKCS8PrivateKey(bio.pointer, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw .library("the private key cannot be written")
        }
        return bio.contents()
    }

    func publicPEM() throws(CertificateError) -> [UInt8] {
        let bio = try MemoryBIO()
        guard unsafe PEM_write_bio_PUBKEY(bio.pointer, pointer) == 1 else { throw .library("the public key cannot be written") }
        return bio.contents()
    }

    func rawPublicKey() throws(CertificateError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(pointer, &bytes, &count) == 1 else { throw .library("the key has no raw form") }
        return Array(bytes.prefix(count))
    }

    /// A signature by an algorithm that hashes by itself, as Ed25519 does.
    func sign(_ message: [UInt8]) throws(CertificateError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .library("memory is short") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 128)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, pointer) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else { throw .library("signing failed") }
        return Array(signature.prefix(count))
    }

    func verify(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            // A wrong signature leaves a reason behind that the next failure must not inherit.
            ERR_clear_error()
        }
        return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// A certificate.
@safe final class X509Handle {
    private let pointer: OpaquePointer

    private init(takingOwnershipOf pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_free(pointer)
    }

    static func parse(pem: [UInt8]) throws(CertificateError) -> [X509Handle] {
        let bio = try MemoryBIO(pem)
        var handles: [X509Handle] = []
        while let pointer = unsafe PEM_read_bio_X509(bio.pointer, nil, { _, _, _, _ in 0 }, nil) {
            handles.append(unsafe X509Handle(takingOwnershipOf: pointer))
            guard handles.count <= Limits.certificates else {
                throw CertificateError(code: .tooLarge, message: "the PEM text holds more than \(Limits.certificates) certificates")
            }
        }
        // The end of the text looks like a missing start line; anything else is a broken block.
        let isAtEnd = slipway_is_missing_start_line(ERR_peek_last_error()) == 1
        guard isAtEnd else { throw .library("certificate \(handles.count + 1) of the PEM text is broken", code: .malformed) }
        ERR_clear_error()
        guard !handles.isEmpty else { throw CertificateError(code: .malformed, message: "the PEM text holds no certificate") }
        return handles
    }

    convenience init(der: [UInt8]) throws(CertificateError) {
        let pointer = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_X509(nil, &start, buffer.count)
        }
        guard let pointer = unsafe pointer else { throw .library("this is no certificate", code: .malformed) }
        unsafe self.init(takingOwnershipOf: pointer)
    }

    // MARK: What it says

    func subject() -> CertificateName { unsafe Self.name(X509_get_subject_name(pointer)) }
    func issuer() -> CertificateName { unsafe Self.name(X509_get_issuer_name(pointer)) }
    func notBefore() throws(CertificateError) -> Int64 { try unsafe Self.unixSeconds(X509_get0_notBefore(pointer)) }
    func notAfter() throws(CertificateError) -> Int64 { try unsafe Self.unixSeconds(X509_get0_notAfter(pointer)) }
    var isAuthority: Bool { unsafe X509_check_ca(pointer) > 0 }

    func serialNumber() -> String {
        guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(pointer), nil) else { return "" }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(unsafe BN_num_bits(number)) + 7) / 8)
        unsafe BN_bn2bin(number, &bytes)
        return Hexadecimal.text(bytes)
    }

    func fingerprint() throws(CertificateError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard unsafe X509_digest(pointer, EVP_sha256(), &digest, &count) == 1 else { throw .library("no fingerprint") }
        return digest
    }

    func der() throws(CertificateError) -> [UInt8] {
        let bio = try MemoryBIO()
        guard unsafe i2d_X509_bio(bio.pointer, pointer) == 1 else { throw .library("the certificate cannot be written") }
        return bio.contents()
    }

    func pem() throws(CertificateError) -> [UInt8] {
        let bio = try MemoryBIO()
        guard unsafe PEM_write_bio_X509(bio.pointer, pointer) == 1 else { throw .library("the certificate cannot be written") }
        return bio.contents()
    }

    func matches(_ key: KeyHandle) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(pointer, key.pointer) == 1
    }

    func alternativeNames() -> (dns: [String], addresses: [String]) {
        guard let raw = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return ([], []) }
        let names = OpaquePointer(raw)
        defer { unsafe GENERAL_NAMES_free(names) }
        var dns: [String] = []
        var addresses: [String] = []
        for index in 0..<(unsafe slipway_general_name_count(names)) {
            var start: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let kind = unsafe slipway_general_name_at(names, index, &start, &count)
            let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
            if kind == GEN_DNS { dns.append(String(decoding: bytes, as: UTF8.self)) }
            if kind == GEN_IPADD, let text = Self.addressText(bytes) { addresses.append(text) }
        }
        return (dns, addresses)
    }

    private static func addressText(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func name(_ name: OpaquePointer?) -> CertificateName {
        let common = unsafe entries(name, NID_commonName)
        var text = ""
        if let bio = try? MemoryBIO(), unsafe X509_NAME_print_ex(bio.pointer, name, 0, slipway_name_format) >= 0 {
            text = String(decoding: bio.contents(), as: UTF8.self)
        }
        return CertificateName(commonName: common.last, organizations: unsafe entries(name, NID_organizationName), text: text)
    }

    private static func entries(_ name: OpaquePointer?, _ identifier: Int32) -> [String] {
        var values: [String] = []
        var position: Int32 = -1
        while true {
            position = unsafe X509_NAME_get_index_by_NID(name, identifier, position)
            guard position >= 0, let entry = unsafe X509_NAME_get_entry(name, position) else { return values }
            var text: UnsafeMutablePointer<UInt8>?
            let count = unsafe ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
            guard count >= 0 else { continue }
            values.append(unsafe String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self))
            unsafe CRYPTO_free(text, #file, #line)
        }
    }

    private static func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) throws(CertificateError) -> Int64 {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { throw .library("memory is short") }
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
            throw .library("the certificate's validity cannot be read", code: .malformed)
        }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    // MARK: Verifying

    static func verify(
        leaf: X509Handle, intermediates: [X509Handle], roots: [X509Handle], purpose: CertificateChain.Purpose, at unixSeconds: Int64
    ) throws(CertificateError) {
        guard let store = unsafe X509_STORE_new(), let context = unsafe X509_STORE_CTX_new(),
            let untrusted = unsafe slipway_x509_stack_new()
        else { throw .library("memory is short") }
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe slipway_x509_stack_free(untrusted)
            unsafe X509_STORE_free(store)
            ERR_clear_error()
        }
        for root in roots { unsafe X509_STORE_add_cert(store, root.pointer) }
        for certificate in intermediates { unsafe slipway_x509_stack_push(untrusted, certificate.pointer) }
        guard unsafe X509_STORE_CTX_init(context, store, leaf.pointer, untrusted) == 1,
            let parameters = unsafe X509_STORE_CTX_get0_param(context)
        else { throw .library("the chain cannot be verified") }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(unixSeconds))
        unsafe X509_VERIFY_PARAM_set_depth(parameters, Int32(Limits.chainDepth))
        let isSet: Int32
        switch purpose {
        case .client:
            isSet = unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT)
        case .server(let host):
            unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER)
            unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            // An address is only compared with addresses, a name only with names.
            let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
            isSet = isAddress ? 1 : unsafe X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count)
        }
        guard isSet == 1 else { throw .library("the chain cannot be verified for this purpose") }
        guard unsafe X509_verify_cert(context) != 1 else { return }
        let reason = unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))))
        let culprit = unsafe X509_STORE_CTX_get_current_cert(context).map { unsafe name(X509_get_subject_name($0)) }
        throw CertificateError(
            code: .untrusted, message: "the certificate of \(culprit ?? leaf.subject()) is not trusted: \(reason)")
    }

    // MARK: Issuing

    /// Signs a new certificate; an issuer of `nil` means by itself.
    static func issue(
        _ request: CertificateRequest, for key: KeyHandle, issuer: X509Handle?, signingKey: KeyHandle
    ) throws(CertificateError)
        -> X509Handle
    {
        guard let pointer = unsafe X509_new() else { throw .library("memory is short") }
        let certificate = unsafe X509Handle(takingOwnershipOf: pointer)
        // Version 3 is written as 2.
        guard unsafe X509_set_version(pointer, 2) == 1, unsafe X509_set_pubkey(pointer, key.pointer) == 1,
            unsafe ASN1_TIME_set(X509_getm_notBefore(pointer), time_t(request.validity.lowerBound)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(pointer), time_t(request.validity.upperBound)) != nil
        else { throw .library("the certificate cannot be made") }
        try certificate.setSerialNumber()
        try certificate.addSubject("CN", request.commonName)
        for organization in request.organizations { try certificate.addSubject("O", organization) }
        let issuerHandle = issuer ?? certificate
        guard unsafe X509_set_issuer_name(pointer, X509_get_subject_name(issuerHandle.pointer)) == 1 else {
            throw .library("the issuer cannot be written")
        }
        for (identifier, value) in extensions(request.kind) { try certificate.add(identifier, value, issuer: issuerHandle) }
        guard unsafe X509_sign(pointer, signingKey.pointer, EVP_sha256()) > 0 else { throw .library("the certificate cannot be signed") }
        return certificate
    }

    private static func extensions(_ kind: CertificateRequest.Kind) -> [(Int32, String)] {
        let identifiers = [(NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid:always")]
        switch kind {
        case .authority:
            return [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
            ] + identifiers
        case .client:
            return [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "clientAuth"),
            ] + identifiers
        case .server(let names):
            return [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
            ] + identifiers + (names.isEmpty ? [] : [(NID_subject_alt_name, names.joined(separator: ","))])
        }
    }

    /// Positive and 127 bits of it random, as the CA/Browser Forum asks (64 at least).
    private func setSerialNumber() throws(CertificateError) {
        var bytes = SecureRandom.bytes(16)
        bytes[0] = bytes[0] & 0x7F | 0x40
        guard let number = unsafe BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw .library("memory is short") }
        defer { unsafe BN_free(number) }
        guard unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil else { throw .library("no serial number") }
    }

    private func addSubject(_ field: String, _ value: String) throws(CertificateError) {
        let bytes = Array(value.utf8)
        guard !bytes.isEmpty, !bytes.contains(0),
            unsafe X509_NAME_add_entry_by_txt(
                X509_get_subject_name(pointer), field, MBSTRING_UTF8, bytes, Int32(clamping: bytes.count), -1, 0) == 1
        else {
            throw .library("\(value.debugDescription) cannot stand as \(field) in a certificate (1 to 64 characters)", code: .invalidName)
        }
    }

    private func add(_ identifier: Int32, _ value: String, issuer: X509Handle) throws(CertificateError) {
        guard let element = unsafe slipway_extension(issuer.pointer, pointer, identifier, value) else {
            throw .library("an extension of the certificate cannot be made", code: .invalidName)
        }
        defer { unsafe X509_EXTENSION_free(element) }
        guard unsafe X509_add_ext(pointer, element, -1) == 1 else { throw .library("an extension cannot be added") }
    }
}

/// Bytes in the form that OpenSSL reads from and writes to.
@safe private final class MemoryBIO {
    let pointer: OpaquePointer

    init() throws(CertificateError) {
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { throw .library("memory is short") }
        unsafe self.pointer = pointer
    }

    init(_ bytes: [UInt8]) throws(CertificateError) {
        guard bytes.count <= Limits.pemBytes else {
            throw CertificateError(code: .tooLarge, message: "the PEM text is larger than \(Limits.pemBytes) bytes")
        }
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { throw .library("memory is short") }
        unsafe self.pointer = pointer
        guard unsafe bytes.isEmpty || BIO_write(pointer, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw .library("memory is short")
        }
    }

    deinit {
        unsafe BIO_free(pointer)
    }

    func contents() -> [UInt8] {
        var start: UnsafePointer<UInt8>?
        let count = unsafe slipway_bio_contents(pointer, &start)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }
}
