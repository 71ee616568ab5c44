#include "echo.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int timer_open(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int timer_arm(int fd, int64_t deadline_ns) {
    struct itimerspec spec = {{0, 0}, {deadline_ns / 1000000000, deadline_ns % 1000000000}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

void timer_drain(int fd) {
    uint64_t expirations;
    if (read(fd, &expirations, sizeof expirations) < 0) return;
}
