// dtnet-echo --role coordinator --spec FILE [--epochs N] [--output FILE]
//     forks the processes of the floor, and prints a line `epoch sender item latency_ns` per measured arrival
// dtnet-echo --role witness [--period-us N] [--count N]
//     a two-process ping-pong, printed as JSON
#include "echo.h"

#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Asks for slices of 0.1 ms for this process and those that it forks, as the nodes on the decision path do
/// (docs/decisions/0011): the floor is scheduled like what is held against it.
static void ask_for_short_slices(void) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = sizeof attributes, .policy = SCHED_OTHER, .runtime = 100000};
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

/// Waits until every process has said that it is ready; -1 after fifteen seconds or where one has ended.
static int await_ready(int fd, int count) {
    int64_t deadline = monotonic_ns() + 15000000000LL;
    for (int seen = 0; seen < count;) {
        struct pollfd item = {fd, POLLIN, 0};
        int64_t left_ms = (deadline - monotonic_ns()) / 1000000;
        char byte;
        if (left_ms <= 0 || poll(&item, 1, (int)left_ms) <= 0) return -1;
        if (read(fd, &byte, 1) != 1) return -1;
        seen++;
    }
    return 0;
}

/// Forks the processes, starts them together, lets the sink finish, then ends the others by closing their pipes.
static int coordinate(const struct spec *spec, const char *output) {
    int ready[2], starts[max_processes][2];
    pid_t children[max_processes];
    FILE *results = output ? fopen(output, "w") : stdout;
    if (!results || pipe(ready) != 0) return 1;
    for (int i = 0; i < spec->process_count; i++) {
        if (pipe(starts[i]) != 0 || (children[i] = fork()) < 0) return 1;
        if (children[i] > 0) {
            close(starts[i][0]);
            continue;
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        for (int j = 0; j <= i; j++) close(starts[j][1]);
        close(ready[0]);
        _exit(process_run(spec, i, ready[1], starts[i][0], results));
    }
    close(ready[1]);
    int status = await_ready(ready[0], spec->process_count);
    if (status != 0) fprintf(stderr, "dtnet-echo: not every process became ready\n");
    int64_t first_ns = status == 0 ? monotonic_ns() + 20000000 : 0;
    for (int i = 0; i < spec->process_count; i++)
        if (write(starts[i][1], &first_ns, sizeof first_ns) < 0) status = -1;
    int ended = 0;
    if (status == 0) waitpid(children[spec->sink], &ended, 0);
    for (int i = 0; i < spec->process_count; i++) {
        close(starts[i][1]);
        if (i == spec->sink && status == 0) continue;
        int other = 0;
        waitpid(children[i], &other, 0);
        ended |= other;
    }
    for (int i = 0; i < spec->process_count; i++)
        if (strncmp(spec->processes[i].endpoint, "ipc://", 6) == 0) unlink(spec->processes[i].endpoint + 6);
    return status != 0 || ended != 0;
}

static int usage(void) {
    fprintf(stderr, "usage: dtnet-echo --role coordinator --spec FILE [--epochs N] [--output FILE]\n"
                    "       dtnet-echo --role witness [--period-us N] [--count N]\n");
    return 2;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"role", required_argument, NULL, 'r'},      {"spec", required_argument, NULL, 's'},
        {"epochs", required_argument, NULL, 'e'},    {"output", required_argument, NULL, 'o'},
        {"period-us", required_argument, NULL, 'p'}, {"count", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    const char *role = "", *path = NULL, *output = NULL;
    long epochs = 0, period_us = 5000, count = 500;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'r': role = optarg; break;
        case 's': path = optarg; break;
        case 'o': output = optarg; break;
        case 'e': epochs = strtol(optarg, NULL, 10); break;
        case 'p': period_us = strtol(optarg, NULL, 10); break;
        case 'c': count = strtol(optarg, NULL, 10); break;
        default: return usage();
        }
    }
    signal(SIGPIPE, SIG_IGN);
    if (strcmp(role, "witness") == 0 && period_us > 0 && count > 0 && count <= 10000000)
        return witness_run(period_us, (int)count);
    if (strcmp(role, "coordinator") != 0 || !path || epochs < 0 || epochs > 10000000) return usage();
    static struct spec spec;
    if (spec_read(path, &spec) != 0) return 2;
    if (epochs > 0) spec.epochs = (int)epochs;
    ask_for_short_slices();
    return coordinate(&spec, output);
}
