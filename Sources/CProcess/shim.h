#pragma once
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// These need _GNU_SOURCE, which Swift's Glibc module does not set.
extern int pipe2(int descriptors[2], int flags);
static inline int slipway_pipe(int descriptors[2]) { return pipe2(descriptors, 02000000 /* O_CLOEXEC */); }

static inline void slipway_set_nonblocking(int descriptor) { fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

// The exit status of a child, 128 and the signal's number when a signal ended it, -1 while it runs. The child is not reaped,
// so that its identifier stays taken.
static inline int slipway_exit_status(pid_t child) {
    siginfo_t information = {0};
    if (waitid(P_PID, (id_t)child, &information, WEXITED | WNOHANG | WNOWAIT) != 0 || information.si_pid == 0) return -1;
    return information.si_code == CLD_EXITED ? information.si_status : 128 + information.si_status;
}

// A descriptor that becomes readable when the child has ended (Linux 5.3 and later), or -1.
extern long syscall(long number, ...);
static inline int slipway_process_descriptor(pid_t child) { return (int)syscall(SYS_pidfd_open, child, 0); }
