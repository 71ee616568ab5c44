// What Linux offers beyond POSIX and Glibc's Swift module does not bring: file descriptors for events, signals and
// processes, and the few process settings that a node makes at its start. Every function returns -1 and sets errno
// on failure, as the system call behind it does, unless it says otherwise.
#ifndef DTNET_CLINUX_H
#define DTNET_CLINUX_H

#include <stdint.h>
#include <sys/types.h>

/// A non-blocking event counter, closed on exec.
int clinux_eventfd(void);

/// Adds 1 to the counter of `fd`; a full counter is no error, the reader is woken anyway.
int clinux_eventfd_signal(int fd);

/// Reads and clears the counter of `fd`; 0 where nothing was signalled.
int64_t clinux_eventfd_drain(int fd);

/// Blocks SIGTERM and SIGINT for the calling thread and its later children, ignores SIGPIPE, and returns a non-blocking
/// descriptor that reads the blocked signals.
int clinux_termination_signalfd(void);

/// The number of the next signal read from `fd`, 0 where none is waiting.
int clinux_signalfd_read(int fd);

/// A descriptor that becomes readable when the process `pid` ends.
int clinux_pidfd_open(pid_t pid);

/// Has the kernel send `signal_number` to this process when its parent ends.
int clinux_set_parent_death_signal(int signal_number);

/// How late a timed wait of the calling thread may end so that wake-ups can be joined; the kernel's choice is 50 us.
int clinux_set_timer_slack(unsigned long slack_ns);

/// Sets the name of the calling thread, cut at 15 bytes.
int clinux_set_thread_name(const char *name);

/// Sets the nice value of the calling thread alone (Linux keeps one per thread).
int clinux_set_thread_nice(int nice_value);

/// Lets threads that wait for the calling thread's processor run first.
void clinux_yield(void);

/// Asks the scheduler for time slices of `slice_ns` (0: its own choice) for the calling thread and those that it will
/// start: a thread with a short slice runs sooner when it wakes. Kernels before 6.12 take it and do nothing.
int clinux_set_thread_slice(int64_t slice_ns);

/// Has the C library keep freed memory for the next message instead of giving it back to the system.
void clinux_keep_memory(void);

/// Kernel id of the calling thread.
pid_t clinux_thread_id(void);

/// Nanoseconds of CLOCK_MONOTONIC; never fails.
int64_t clinux_monotonic_ns(void);

/// Sets a descriptor's O_NONBLOCK flag.
int clinux_set_nonblocking(int fd);

/// Sends `length` bytes as one datagram to the unix socket at `path`; a leading '@' names the abstract namespace, as in
/// the sd_notify protocol.
int clinux_unix_datagram(const char *path, const void *bytes, size_t length);

/// 1 where the processor and the operating system offer x86-64-v3 (AVX2, BMI, FMA, F16C, LZCNT, MOVBE), 0 otherwise.
int clinux_supports_x86_64_v3(void);

#endif
