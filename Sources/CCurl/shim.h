#pragma once
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// curl_easy_setopt and its kin are variadic, which Swift cannot call. One typed function for each kind of argument.
// The names in parentheses step around the type checking macros of curl.h: the parameter types check the same here.

typedef size_t (*slipway_curl_data_callback)(char *data, size_t size, size_t count, void *context);
typedef int (*slipway_curl_progress_callback)(void *context, curl_off_t download_total, curl_off_t downloaded,
                                              curl_off_t upload_total, curl_off_t uploaded);

static inline CURLcode slipway_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode slipway_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode slipway_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode slipway_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode slipway_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return (curl_easy_setopt)(handle, option, list);
}

static inline CURLcode slipway_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return (curl_easy_setopt)(handle, option, &blob);
}

static inline CURLcode slipway_curl_set_data_callback(CURL *handle, CURLoption option, slipway_curl_data_callback callback) {
    return (curl_easy_setopt)(handle, option, callback);
}

static inline CURLcode slipway_curl_set_progress_callback(CURL *handle, slipway_curl_progress_callback callback) {
    return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode slipway_curl_get_long(CURL *handle, CURLINFO information, long *value) {
    return (curl_easy_getinfo)(handle, information, value);
}

static inline CURLMcode slipway_curl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
    return (curl_multi_setopt)(handle, option, value);
}

// The result code of a finished transfer lies in a union, which Swift imports without names it could check.
static inline CURLcode slipway_curl_message_result(const CURLMsg *message) { return message->data.result; }

static const size_t slipway_curl_write_pause = CURL_WRITEFUNC_PAUSE;
static const long slipway_curl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long slipway_curl_http_2_over_tls = CURL_HTTP_VERSION_2TLS;
static const long slipway_curl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;
static const int slipway_curl_pause_continue = CURLPAUSE_CONT;

typedef int (*slipway_curl_prerequest_callback)(void *context, char *remote_address, char *local_address, int remote_port,
                                                int local_port);

static inline CURLcode slipway_curl_set_prerequest_callback(CURL *handle, slipway_curl_prerequest_callback callback) {
    return (curl_easy_setopt)(handle, CURLOPT_PREREQFUNCTION, callback);
}

// The name of the calling thread, at most 15 bytes. prctl is variadic, and pthread_setname_np hides behind _GNU_SOURCE.
static inline void slipway_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// TCP_USER_TIMEOUT (RFC 5482) on every socket of a handle. A socket of another family refuses it, which does no harm.
static inline int slipway_curl_socket_created(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    unsigned int limit = (unsigned int)(unsigned long)milliseconds;
    (void)purpose;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    return CURL_SOCKOPT_OK;
}

static inline void slipway_curl_limit_unacknowledged(CURL *handle, long milliseconds) {
    (curl_easy_setopt)(handle, CURLOPT_SOCKOPTFUNCTION, slipway_curl_socket_created);
    (curl_easy_setopt)(handle, CURLOPT_SOCKOPTDATA, (void *)milliseconds);
}
