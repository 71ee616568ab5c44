// The witness: how long a wake-up takes on this machine now, seen by two processes over a socket pair.
#include "echo.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { payload_bytes = 256 };

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int whole(int fd, char *bytes, int sends) {
    for (int done = 0; done < payload_bytes;) {
        ssize_t moved = sends ? write(fd, bytes + done, (size_t)(payload_bytes - done))
                              : read(fd, bytes + done, (size_t)(payload_bytes - done));
        if (moved <= 0) return -1;
        done += (int)moved;
    }
    return 0;
}

static void answer(int fd) {
    char bytes[payload_bytes];
    while (whole(fd, bytes, 0) == 0 && whole(fd, bytes, 1) == 0) {
    }
}

int witness_run(int64_t period_us, int count) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        close(ends[0]);
        answer(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    char bytes[payload_bytes] = {0};
    int64_t *samples = calloc((size_t)count, sizeof *samples);
    struct pollfd timer = {timer_open(), POLLIN, 0};
    int64_t next = monotonic_ns() + period_us * 1000;
    int status = 0;
    for (int i = 0; i < count && status == 0; i++, next += period_us * 1000) {
        timer_arm(timer.fd, next);
        while (poll(&timer, 1, -1) < 0) {
        }
        timer_drain(timer.fd);
        int64_t before = monotonic_ns();
        status = whole(ends[0], bytes, 1) != 0 || whole(ends[0], bytes, 0) != 0;
        samples[i] = monotonic_ns() - before;
    }
    close(ends[0]);
    waitpid(child, NULL, 0);
    qsort(samples, (size_t)count, sizeof *samples, ascending);
    if (status == 0)
        printf("{\"witness_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f},\"samples\":%d}\n",
               (double)samples[count / 2] / 1e3, (double)samples[count * 90LL / 100] / 1e3,
               (double)samples[count * 99LL / 100] / 1e3, (double)samples[count - 1] / 1e3, count);
    free(samples);
    return status;
}
