#include "CPostgreSQL.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include <postgresql/libpq-fe.h>

#define FUNCTIONS(each)                                                                                                \
    each(PQconnectdb) each(PQstatus) each(PQerrorMessage) each(PQreset) each(PQfinish) each(PQexecParams) each(PQexec) \
        each(PQresultStatus) each(PQresultErrorField) each(PQntuples) each(PQnfields) each(PQcmdTuples)                \
            each(PQgetisnull) each(PQgetlength) each(PQgetvalue) each(PQclear) each(PQsetNoticeProcessor)

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

cpostgresql_connection *cpostgresql_connect(const char *address) {
    PGconn *connection = pq.PQconnectdb_(address);
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

cpostgresql_result *cpostgresql_run(cpostgresql_connection *connection, const char *sql, int32_t count,
                                    const char *const *values, const int32_t *bytes, const int32_t *is_binary) {
    return (cpostgresql_result *)pq.PQexecParams_((PGconn *)connection, sql, count, NULL, values, bytes, is_binary, 0);
}

cpostgresql_result *cpostgresql_script(cpostgresql_connection *connection, const char *sql) {
    return (cpostgresql_result *)pq.PQexec_((PGconn *)connection, sql);
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
