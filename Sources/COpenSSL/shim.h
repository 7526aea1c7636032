#pragma once
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL that Swift needs, each as a typed function.

// The bytes that lie in a memory BIO. They stay the BIO's.
static inline size_t slipway_bio_contents(BIO *bio, const unsigned char **bytes) {
    char *start = NULL;
    long count = BIO_get_mem_data(bio, &start);
    *bytes = (const unsigned char *)start;
    return count > 0 ? (size_t)count : 0;
}

static inline int slipway_general_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

// The kind (GEN_DNS, GEN_IPADD, GEN_URI, GEN_EMAIL) and the bytes of a name, or -1 for a kind that has none.
static inline int slipway_general_name_at(const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *count) {
    int type = -1;
    const ASN1_STRING *value = (const ASN1_STRING *)GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &type);
    if (value == NULL || (type != GEN_DNS && type != GEN_IPADD && type != GEN_URI && type != GEN_EMAIL)) return -1;
    *bytes = ASN1_STRING_get0_data(value);
    *count = ASN1_STRING_length(value);
    return type;
}

static inline STACK_OF(X509) *slipway_x509_stack_new(void) { return sk_X509_new_null(); }
static inline int slipway_x509_stack_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
static inline void slipway_x509_stack_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }

// An extension from OpenSSL's own text form, without access to any configuration file.
static inline X509_EXTENSION *slipway_extension(X509 *issuer, X509 *subject, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    return X509V3_EXT_conf_nid(NULL, &context, nid, value);
}

// How the PEM reader says that the text has no further block.
static inline int slipway_is_missing_start_line(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// RFC 2253 with letters beyond ASCII left readable.
static const unsigned long slipway_name_format = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
