/* progress.c: the progress bar: one line on a terminal, rewritten in place by a single write, as wide as the terminal. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host.h"

static int width(void)
{
    const char *columns = getenv("COLUMNS");
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
#endif
    long n = columns ? strtol(columns, NULL, 10) : 0;
    return n > 0 && n < 10000 ? (int)n : 80;
}

void nnrt_bar_begin(nnrt_bar *bar, uint32_t done)
{
    const char *terminal = getenv("TERM");
    memset(bar, 0, sizeof *bar);
    bar->terminal = isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
    bar->began = nnrt_now();
    bar->from = done;
}

static void put_bar(nnrt_text *line, int cells, double share)
{
    int full = (int)(share * cells);
    nnrt_text_add(line, " [");
    for (int i = 0; i < cells; i++)
        nnrt_text_add(line, "%c", i < full ? '=' : i == full ? '>' : ' ');
    nnrt_text_add(line, "]");
}

void nnrt_bar_draw(nnrt_bar *bar, const nnrt_progress *p)
{
    double now = nnrt_now(), past = now - bar->began;
    char number[32], cost[32], left[32], tail[160];
    nnrt_text line = { 0 };
    if (!bar->terminal || (bar->visible && now - bar->drawn < 0.1) || past < 0.05 || p->done <= bar->from)
        return;
    double speed = (p->done - bar->from) / past;
    double rest = (p->samples - p->done) + (double)(p->settings->epochs - p->epoch) * p->samples;
    const char *unit = speed >= 1e6 ? "M" : speed >= 1e4 ? "k" : "";
    snprintf(tail, sizeof tail, "  %s%s samples/s  cost %s  %s left", nnrt_show_real(number, speed >= 1e6 ? speed / 1e6 : speed >= 1e4 ? speed / 1e3 : speed, 3),
             unit, nnrt_show_real(cost, p->cost, 4), nnrt_show_duration(left, rest / speed));
    nnrt_text_add(&line, "\repoch %lu/%lu", (unsigned long)p->epoch, (unsigned long)p->settings->epochs);
    int most = width() - 1, cells = most - (int)line.length + 1 - (int)strlen(tail) - 3;
    if (cells >= 5)
        put_bar(&line, cells < 40 ? cells : 40, (double)p->done / p->samples);
    nnrt_text_add(&line, "%s", tail);
    if (line.text && (int)line.length - 1 > most) /* a narrow terminal: cut, never wrap */
        line.text[line.length = (size_t)most + 1] = 0;
    nnrt_text_add(&line, "\033[K");
    if (line.text) {
        fwrite(line.text, 1, line.length, stderr);
        fflush(stderr);
    }
    free(line.text);
    bar->visible = 1;
    bar->drawn = now;
}

void nnrt_bar_clear(nnrt_bar *bar)
{
    if (bar->visible) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    bar->visible = 0;
}
