#include "CPostgreSQL.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include <postgresql/libpq-fe.h>

#define FUNCTIONS(each)                                                                                                \
    each(PQconnectdbParams) each(PQstatus) each(PQerrorMessage) each(PQreset) each(PQfinish) each(PQsendQueryParams)   \
        each(PQsendQuery) each(PQsetnonblocking) each(PQflush) each(PQconsumeInput) each(PQisBusy) each(PQgetResult)   \
            each(PQsocket) each(PQresultStatus) each(PQresultErrorField) each(PQntuples) each(PQnfields)               \
                each(PQcmdTuples) each(PQgetisnull) each(PQgetlength) each(PQgetvalue) each(PQclear)                   \
                    each(PQsetNoticeProcessor)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
    FUNCTIONS(DECLARE)
} pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        failure = "libpq is missing: apt-get install libpq5";
        return;
    }
#define FIND(name)                                                                                                     \
    pq.name##_ = (__typeof__(&name))dlsym(library, #name);                                                             \
    if (pq.name##_ == NULL) failure = "libpq.so.5 lacks " #name;
    FUNCTIONS(FIND)
}

int cpostgresql_load(const char **reason) {
    pthread_once(&once, load);
    *reason = failure;
    return failure == NULL ? 0 : -1;
}

static void ignore_notice(void *unused, const char *message) {
    (void)unused;
    (void)message;
}

cpostgresql_connection *cpostgresql_connect(const char *address, const char *patience_s) {
    // What the address says of it stands behind, and so counts.
    const char *const names[] = {"connect_timeout", "dbname", NULL};
    const char *const values[] = {patience_s, address, NULL};
    PGconn *connection = pq.PQconnectdbParams_(names, values, 1);
    if (connection != NULL) pq.PQsetNoticeProcessor_(connection, ignore_notice, NULL);
    return (cpostgresql_connection *)connection;
}

int cpostgresql_is_connected(const cpostgresql_connection *connection) {
    return pq.PQstatus_((const PGconn *)connection) == CONNECTION_OK;
}

const char *cpostgresql_error(const cpostgresql_connection *connection) {
    return pq.PQerrorMessage_((const PGconn *)connection);
}

void cpostgresql_reset(cpostgresql_connection *connection) { pq.PQreset_((PGconn *)connection); }

void cpostgresql_close(cpostgresql_connection *connection) { pq.PQfinish_((PGconn *)connection); }

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits until the socket can be read, or written where that is wanted; 0 where it cannot within the time.
static int wait_for(const PGconn *connection, int wants_writing, int32_t patience_ms) {
    const int64_t end = now_ms() + patience_ms;
    struct pollfd descriptor = {.fd = pq.PQsocket_(connection), .events = wants_writing ? POLLIN | POLLOUT : POLLIN};
    for (;;) {
        const int64_t left = end - now_ms();
        const int ready = left <= 0 ? 0 : poll(&descriptor, 1, (int)left);
        if (ready > 0) return 1;
        if (ready == 0 || errno != EINTR) return 0;
    }
}

// The last answer to what has been sent: as PQexec gives it, without waiting for a silent server for ever.
static cpostgresql_result *answer(PGconn *connection, int is_sent, int32_t patience_ms, int32_t *is_silent) {
    *is_silent = 0;
    if (!is_sent) return NULL;
    PGresult *last = NULL;
    for (;;) {
        int unsent = pq.PQflush_(connection);
        while (unsent > 0 || (unsent == 0 && pq.PQisBusy_(connection))) {
            if (!wait_for(connection, unsent > 0, patience_ms)) {
                // Nothing more comes on this connection: libpq must see that, too.
                *is_silent = 1;
                shutdown(pq.PQsocket_(connection), SHUT_RDWR);
                pq.PQconsumeInput_(connection);
                pq.PQclear_(last);
                return NULL;
            }
            if (!pq.PQconsumeInput_(connection)) break;
            unsent = pq.PQflush_(connection);
        }
        PGresult *next = pq.PQgetResult_(connection);
        if (next == NULL) return (cpostgresql_result *)last;
        pq.PQclear_(last);
        last = next;
    }
}

cpostgresql_result *cpostgresql_run(cpostgresql_connection *connection, const char *sql, int32_t count,
                                    const char *const *values, const int32_t *bytes, const int32_t *is_binary,
                                    int32_t patience_ms, int32_t *is_silent) {
    PGconn *own = (PGconn *)connection;
    pq.PQsetnonblocking_(own, 1);
    const int is_sent = pq.PQsendQueryParams_(own, sql, count, NULL, values, bytes, is_binary, 0);
    return answer(own, is_sent, patience_ms, is_silent);
}

cpostgresql_result *cpostgresql_script(cpostgresql_connection *connection, const char *sql, int32_t patience_ms,
                                       int32_t *is_silent) {
    PGconn *own = (PGconn *)connection;
    pq.PQsetnonblocking_(own, 1);
    return answer(own, pq.PQsendQuery_(own, sql), patience_ms, is_silent);
}

enum cpostgresql_status cpostgresql_result_status(const cpostgresql_result *result) {
    switch (pq.PQresultStatus_((const PGresult *)result)) {
    case PGRES_COMMAND_OK: return CPOSTGRESQL_DONE;
    case PGRES_TUPLES_OK: return CPOSTGRESQL_ROWS;
    default: return CPOSTGRESQL_FAILED;
    }
}

const char *cpostgresql_result_state(const cpostgresql_result *result) {
    const char *state = pq.PQresultErrorField_((const PGresult *)result, PG_DIAG_SQLSTATE);
    return state == NULL ? "" : state;
}

int32_t cpostgresql_row_count(const cpostgresql_result *result) { return pq.PQntuples_((const PGresult *)result); }

int32_t cpostgresql_column_count(const cpostgresql_result *result) { return pq.PQnfields_((const PGresult *)result); }

int64_t cpostgresql_changed_rows(const cpostgresql_result *result) {
    return atoll(pq.PQcmdTuples_((PGresult *)(uintptr_t)result));
}

const char *cpostgresql_field(const cpostgresql_result *result, int32_t row, int32_t column, int32_t *bytes) {
    const PGresult *rows = (const PGresult *)result;
    if (pq.PQgetisnull_(rows, row, column)) return NULL;
    *bytes = pq.PQgetlength_(rows, row, column);
    return pq.PQgetvalue_(rows, row, column);
}

void cpostgresql_free(cpostgresql_result *result) { pq.PQclear_((PGresult *)result); }
