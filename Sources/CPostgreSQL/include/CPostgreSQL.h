#ifndef CPOSTGRESQL_H
#define CPOSTGRESQL_H

#include <stdint.h>

/// A connection to a PostgreSQL server, and the answer to one statement. libpq is opened when the first is asked for,
/// so that a process without a shared store does not carry it and its libraries.
typedef struct cpostgresql_connection cpostgresql_connection;
typedef struct cpostgresql_result cpostgresql_result;

enum cpostgresql_status {
    /// Done, without rows.
    CPOSTGRESQL_DONE = 0,
    /// Done, with rows.
    CPOSTGRESQL_ROWS = 1,
    CPOSTGRESQL_FAILED = 2,
};

/// Opens libpq once; 0 where it is there, else -1 and a reason that says what to install.
int cpostgresql_load(const char **reason);

/// Connects by a connection string or address; never NULL once the library is loaded, to be closed either way. A server
/// that does not answer is waited for `patience_s` seconds, a whole number, unless the address says otherwise.
cpostgresql_connection *cpostgresql_connect(const char *address, const char *patience_s);
/// 1 where the connection stands.
int cpostgresql_is_connected(const cpostgresql_connection *connection);
/// What went wrong last, in the server's or the library's words.
const char *cpostgresql_error(const cpostgresql_connection *connection);
/// Connects anew with what it was connected with.
void cpostgresql_reset(cpostgresql_connection *connection);
void cpostgresql_close(cpostgresql_connection *connection);

/// Runs one statement whose parameters are text, NULL or binary (`is_binary` not 0, then `bytes` of it); answers come
/// as text. The result is to be freed; NULL where none came. A server that takes and sends nothing for so many
/// milliseconds is silent: the connection stands no longer then.
cpostgresql_result *cpostgresql_run(cpostgresql_connection *connection, const char *sql, int32_t count,
                                    const char *const *values, const int32_t *bytes, const int32_t *is_binary,
                                    int32_t patience_ms, int32_t *is_silent);
/// Runs any number of statements without parameters.
cpostgresql_result *cpostgresql_script(cpostgresql_connection *connection, const char *sql, int32_t patience_ms,
                                       int32_t *is_silent);
enum cpostgresql_status cpostgresql_result_status(const cpostgresql_result *result);
/// SQLSTATE of a failure, five characters; empty where the server did not answer.
const char *cpostgresql_result_state(const cpostgresql_result *result);
int32_t cpostgresql_row_count(const cpostgresql_result *result);
int32_t cpostgresql_column_count(const cpostgresql_result *result);
/// Rows that the statement changed.
int64_t cpostgresql_changed_rows(const cpostgresql_result *result);
/// Text of a field, NULL where it is null; `bytes` gets its length.
const char *cpostgresql_field(const cpostgresql_result *result, int32_t row, int32_t column, int32_t *bytes);
void cpostgresql_free(cpostgresql_result *result);

#endif
