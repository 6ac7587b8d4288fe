/* measure.c: runs a command and holds it to processor time and memory: measure SECONDS MIB COMMAND... Its status is the command's, or
 * 99, with a message on standard error, where the command took more than either, or was killed. */
#define _GNU_SOURCE /* ru_maxrss */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage used;
    int status;
    if (argc < 4)
        return 99;
    double seconds = atof(argv[1]), mib = atof(argv[2]);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit cpu = {20, 20}, memory = {(rlim_t)3 << 30, (rlim_t)3 << 30}; /* so that a test that fails does no harm */
        setrlimit(RLIMIT_CPU, &cpu);
        if (mib < 3072) /* with sanitizers a program has more addresses than memory */
            setrlimit(RLIMIT_AS, &memory);
        execvp(argv[3], argv + 3);
        _exit(99);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || getrusage(RUSAGE_CHILDREN, &used) != 0)
        return 99;
    double took = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    double peak = (double)used.ru_maxrss / 1024;
    if (getenv("MEASURE_SHOW"))
        fprintf(stderr, "measure: %.2f s, %.0f MiB\n", took, peak);
    if (took <= seconds && peak <= mib && WIFEXITED(status))
        return WEXITSTATUS(status);
    fprintf(stderr, "measure: %.2f s, %.0f MiB, %s %d\n", took, peak, WIFEXITED(status) ? "status" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    return 99;
}
