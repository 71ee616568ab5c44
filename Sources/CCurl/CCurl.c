#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(each)                                                                                                \
    each(curl_global_init) each(curl_easy_init) each(curl_easy_setopt) each(curl_easy_getinfo) each(curl_easy_perform) \
        each(curl_easy_reset) each(curl_easy_cleanup) each(curl_slist_append) each(curl_slist_free_all)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
    FUNCTIONS(DECLARE)
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        failure = "libcurl is missing: apt-get install libcurl4";
        return;
    }
#define FIND(name)                                                                                                     \
    curl.name##_ = (__typeof__(&name))dlsym(library, #name);                                                           \
    if (curl.name##_ == NULL) failure = "libcurl.so.4 lacks " #name;
    FUNCTIONS(FIND)
    if (failure == NULL && curl.curl_global_init_(CURL_GLOBAL_DEFAULT) != CURLE_OK) failure = "libcurl does not start";
}

int ccurl_load(const char **reason) {
    pthread_once(&once, load);
    *reason = failure;
    return failure == NULL ? 0 : -1;
}

ccurl_connection *ccurl_open(void) { return (ccurl_connection *)curl.curl_easy_init_(); }

void ccurl_close(ccurl_connection *connection) { curl.curl_easy_cleanup_((CURL *)connection); }

/// Where an answer is collected.
struct collection {
    CURL *handle;
    uint8_t *bytes;
    size_t count, capacity, maximum;
    bool is_too_large;
};

/// Length of a body as its head announces it, -1 where it does not.
static curl_off_t announced_by(CURL *handle) {
    curl_off_t length = -1;
    curl.curl_easy_getinfo_(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length;
}

/// Takes a part of the body; anything but its size ends the exchange at once.
static size_t collect(char *part, size_t unit, size_t units, void *context) {
    struct collection *into = context;
    size_t size = unit * units;
    bool is_announced_too_large = into->count == 0 && announced_by(into->handle) > (curl_off_t)into->maximum;
    if (is_announced_too_large || size > into->maximum - into->count) {
        into->count += size;
        into->is_too_large = true;
        return size + 1;
    }
    if (into->count + size > into->capacity) {
        size_t capacity = 2 * (into->count + size) < 4096 ? 4096 : 2 * (into->count + size);
        uint8_t *bytes = realloc(into->bytes, capacity);
        if (bytes == NULL) return size + 1;
        into->bytes = bytes;
        into->capacity = capacity;
    }
    memcpy(into->bytes + into->count, part, size);
    into->count += size;
    return size;
}

static enum ccurl_end end_of(CURLcode code) {
    switch (code) {
    case CURLE_OK: return CCURL_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT: return CCURL_TIMED_OUT;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return CCURL_ENDED;
    case CURLE_URL_MALFORMAT: return CCURL_NO_ADDRESS;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST: return CCURL_NO_HOST;
    case CURLE_COULDNT_CONNECT: return CCURL_NOBODY_LISTENS;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return CCURL_NOT_SECURE;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return CCURL_NO_HTTP;
    default: return CCURL_FAILED;
    }
}

/// The header lines of an exchange, to be freed; NULL where memory is short.
static struct curl_slist *headers_of(const struct ccurl_exchange *exchange) {
    // No waiting for "100 Continue" before a long body.
    struct curl_slist *list = curl.curl_slist_append_(NULL, "Expect:");
    if (list != NULL) curl.curl_slist_append_(list, "Accept: application/json");
    if (list != NULL && exchange->body != NULL) curl.curl_slist_append_(list, "Content-Type: application/json");
    if (list != NULL && exchange->key != NULL) {
        size_t size = strlen(exchange->key) + sizeof "Authorization: Bearer ";
        char *line = malloc(size);
        if (line != NULL) {
            snprintf(line, size, "Authorization: Bearer %s", exchange->key);
            curl.curl_slist_append_(list, line);
            free(line);
        }
    }
    return list;
}

struct ccurl_outcome ccurl_perform(ccurl_connection *connection, const struct ccurl_exchange *exchange) {
    CURL *handle = (CURL *)connection;
    struct collection collection = {.handle = handle, .maximum = (size_t)exchange->maximum_bytes};
    struct curl_slist *headers = headers_of(exchange);
#define SET(option, value) curl.curl_easy_setopt_(handle, option, value)
    // Keeps the connection, and nothing else of the exchange before.
    curl.curl_easy_reset_(handle);
    SET(CURLOPT_URL, exchange->address);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_TIMEOUT_MS, exchange->milliseconds < 1 ? 1L : (long)exchange->milliseconds);
    SET(CURLOPT_WRITEFUNCTION, collect);
    SET(CURLOPT_WRITEDATA, (void *)&collection);
    if (exchange->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(exchange->body));
        SET(CURLOPT_POSTFIELDS, exchange->body);
    }
    CURLcode code = curl.curl_easy_perform_(handle);
    long status = 0;
    curl.curl_easy_getinfo_(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_off_t announced = announced_by(handle);
    // Neither the header lines nor the address of `collection` outlive this call.
    curl.curl_easy_reset_(handle);
    curl.curl_slist_free_all_(headers);
    struct ccurl_outcome outcome = {
        .end = collection.is_too_large ? CCURL_TOO_LARGE : end_of(code),
        .code = (int32_t)code,
        .status = (int32_t)status,
        .body = collection.bytes,
        .count = collection.is_too_large ? 0 : collection.count,
        .announced = announced > 0 ? announced : (int64_t)collection.count,
    };
    return outcome;
}

void ccurl_free(struct ccurl_outcome outcome) { free(outcome.body); }
