#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>
#include <stdint.h>

/// Exchanges with HTTP servers, one at a time over a connection that is kept. libcurl is opened when the first is asked
/// for, so that a process that asks nobody does not carry it and its libraries.
typedef struct ccurl_connection ccurl_connection;

/// How an exchange ended.
enum ccurl_end {
    /// With a whole answer.
    CCURL_ANSWERED = 0,
    /// Its time was over.
    CCURL_TIMED_OUT,
    /// More was announced, or came, than is read.
    CCURL_TOO_LARGE,
    /// The connection ended, or broke, before an answer was whole.
    CCURL_ENDED,
    CCURL_NO_ADDRESS,
    CCURL_NO_HOST,
    CCURL_NOBODY_LISTENS,
    CCURL_NOT_SECURE,
    /// What answers speaks another protocol.
    CCURL_NO_HTTP,
    /// Anything else: see `code`.
    CCURL_FAILED,
};

/// What is sent, and what is waited for.
struct ccurl_exchange {
    const char *address;
    /// JSON that is posted; NULL asks with GET.
    const char *body;
    /// Sent as a bearer token; NULL for none.
    const char *key;
    /// Time for all of it, at least 1.
    int64_t milliseconds;
    /// Largest body of an answer.
    int64_t maximum_bytes;
};

/// What came of it.
struct ccurl_outcome {
    enum ccurl_end end;
    /// Of libcurl.
    int32_t code;
    /// Of HTTP, 0 where no head came.
    int32_t status;
    /// Body as far as it came, to be freed by `ccurl_free`; NULL where nothing did.
    uint8_t *body;
    size_t count;
    /// Length of the body as announced, or what of it had come when it was too much.
    int64_t announced;
};

/// Opens libcurl once; 0 where it is there, else -1 and a reason that says what to install.
int ccurl_load(const char **reason);

/// NULL where memory is short. Follows no redirection and speaks nothing but http and https.
ccurl_connection *ccurl_open(void);
void ccurl_close(ccurl_connection *connection);

/// Blocks until the answer is whole, a bound is passed, or the time is over.
struct ccurl_outcome ccurl_perform(ccurl_connection *connection, const struct ccurl_exchange *exchange);
void ccurl_free(struct ccurl_outcome outcome);

#endif
