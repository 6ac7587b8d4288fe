/* fault_calls.c: runs a command of which one call of the system fails, or at one call of which it is killed (Linux on x86-64, by ptrace).
 *
 * usage: fault_calls N WAY COMMAND...   N counts from 1 the calls that change files: open for writing, write, close of what was opened so, fsync,
 * rename; standard output and error are left alone. WAY: the number of an error for that call; "N+": for it and all that follow;
 * short: it writes half; kill: SIGKILL in place of the N-th call of any kind. With N 0 nothing fails and the number of calls is
 * printed on standard output instead. The status is the command's, 137 after a kill, 77 where there is no such tool. */
#if defined __linux__ && defined __x86_64__
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 1024 };

typedef struct tracing {
    pid_t child;
    long wanted, calls;
    const char *way;
    long error;             /* to be returned by this call; 0: none */
    unsigned char writable[FILES];
} tracing;

/* Does the call, about to be made, change a file? */
static int changes(const tracing *t, const struct user_regs_struct *r)
{
    switch (r->orig_rax) {
    case SYS_write:
    case SYS_writev: return r->rdi > 2 && r->rdi < FILES;
    case SYS_close: return r->rdi < FILES && t->writable[r->rdi];
    case SYS_openat: return (r->rdx & O_ACCMODE) != O_RDONLY;
    case SYS_open: return (r->rsi & O_ACCMODE) != O_RDONLY;
    case SYS_fsync:
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2: return 1;
    default: return 0;
    }
}

static void entered(tracing *t)
{
    struct user_regs_struct r;
    int kill_at = strcmp(t->way, "kill") == 0;
    ptrace(PTRACE_GETREGS, t->child, 0, &r);
    t->error = 0;
    if (!kill_at && !changes(t, &r))
        return;
    t->calls++;
    if (!t->wanted || t->calls < t->wanted || (t->calls > t->wanted && !strchr(t->way, '+')))
        return;
    if (kill_at)
        kill(t->child, SIGKILL);
    else if (strcmp(t->way, "short") == 0) {
        if (r.orig_rax == SYS_write && r.rdx > 1)
            r.rdx /= 2;
    } else {
        t->error = atol(t->way);
        if (r.orig_rax != SYS_close) /* a file is closed even where that tells of an error */
            r.orig_rax = (unsigned long long)-1;
    }
    if (!kill_at)
        ptrace(PTRACE_SETREGS, t->child, 0, &r);
}

static void left(tracing *t, unsigned long long call)
{
    struct user_regs_struct r;
    ptrace(PTRACE_GETREGS, t->child, 0, &r);
    if (t->error) {
        r.rax = (unsigned long long)-t->error;
        ptrace(PTRACE_SETREGS, t->child, 0, &r);
    } else if ((call == SYS_openat || call == SYS_open) && (long long)r.rax >= 0 && r.rax < FILES)
        t->writable[r.rax] = ((call == SYS_openat ? r.rdx : r.rsi) & O_ACCMODE) != O_RDONLY;
}

int main(int argc, char **argv)
{
    tracing t = {.wanted = argc > 3 ? atol(argv[1]) : 0, .way = argc > 3 ? argv[2] : ""};
    int status = 0;
    if (argc < 4)
        return 77;
    t.child = fork();
    if (t.child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(77);
        execvp(argv[3], argv + 3);
        _exit(77);
    }
    if (t.child < 0 || waitpid(t.child, &status, 0) != t.child || !WIFSTOPPED(status))
        return 77;
    ptrace(PTRACE_SETOPTIONS, t.child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    unsigned long long call = 0;
    for (int inside = 0, signal = 0;;) {
        ptrace(PTRACE_SYSCALL, t.child, 0, signal);
        if (waitpid(t.child, &status, 0) != t.child)
            return 77;
        if (WIFEXITED(status) || WIFSIGNALED(status))
            break;
        signal = WSTOPSIG(status) & ~0x80;
        if (!(WSTOPSIG(status) & 0x80))
            continue;
        signal = 0;
        if (inside)
            left(&t, call);
        else {
            struct user_regs_struct r;
            ptrace(PTRACE_GETREGS, t.child, 0, &r);
            call = r.orig_rax;
            entered(&t);
        }
        inside = !inside;
    }
    if (!t.wanted)
        printf("%ld\n", t.calls);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
#else
int main(void)
{
    return 77;
}
#endif
