// The floor of the latency bench: the processes, sockets, wires, message sizes, bursts and fan-ins of a hierarchy, with
// nothing behind them but plain C over libzmq. No process spins; all sleep in zmq_poll.
#ifndef DTNET_ECHO_H
#define DTNET_ECHO_H

#include <stdint.h>
#include <stdio.h>

enum { max_processes = 64, max_edges = 256, max_rules = 1024, max_streams = 256, max_name = 64, max_endpoint = 160 };

/// A process of the floor; `endpoint` is empty where nobody connects to it.
struct process {
    char name[max_name];
    char endpoint[max_endpoint];
};

/// One connection: a DEALER of `from` at the ROUTER of `to`.
struct connection {
    int from, to;
};

/// What a process sends: at the start of a period (`trigger` is `at_start`), or when `need` messages of stream `trigger`
/// of one epoch are in (`need` 0: at each of them).
struct rule {
    int process, trigger, need;
    int stream, to, bytes, count;
};

enum { at_start = -1 };

/// A whole floor.
struct spec {
    int64_t period_ns;
    int epochs, warmup;
    /// Closed loop: an epoch starts when this many messages of the one before are at the sink, or a period has passed;
    /// 0 where a clock starts epochs.
    int closed;
    struct process processes[max_processes];
    int process_count;
    struct connection connections[max_edges];
    int connection_count;
    struct rule rules[max_rules];
    int rule_count;
    /// The process that measures, and the stream whose arrivals there it measures.
    int sink, sink_stream;
    /// The process that starts the epochs.
    int source;
};

/// Head of every message; the rest is filler.
struct header {
    uint32_t stream, epoch, item, sender;
    int64_t emitted_ns;
};

/// Reads the description from `path`; complains with file and line on stderr and returns -1 where it is wrong.
int spec_read(const char *path, struct spec *spec);

/// Runs process `self`: writes one byte to `ready` once all its connections stand, waits on `start` for the time of the
/// first epoch (8 bytes, 0 means give up), and ends when `start` closes. The sink writes its samples to `results`.
int process_run(const struct spec *spec, int self, int ready, int start, FILE *results);

/// Two processes, one AF_UNIX stream socket, `count` round trips of 256 bytes, one each `period_us`; prints p50 and p99.
int witness_run(int64_t period_us, int count);

int64_t monotonic_ns(void);

/// A descriptor that becomes readable at the absolute monotonic time given to `timer_arm`.
int timer_open(void);
int timer_arm(int fd, int64_t deadline_ns);
void timer_drain(int fd);

#endif
