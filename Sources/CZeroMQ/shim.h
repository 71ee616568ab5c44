#ifndef DTNET_CZEROMQ_SHIM_H
#define DTNET_CZEROMQ_SHIM_H

#include <poll.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/// Waits until one of the descriptors is ready, `timeout_ns` at most (below 0: for ever); returns how many are. It is
/// ppoll, which Swift's Glibc module does not bring.
static inline int czeromq_wait(struct pollfd *descriptors, unsigned long count, int64_t timeout_ns) {
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    return (int)syscall(SYS_ppoll, descriptors, count, timeout_ns < 0 ? (void *)0 : &timeout, (void *)0, 8);
}

#endif
