/* progress.c: the progress bar: one line on a terminal, rewritten in place by a single write, as wide as the terminal. */
#include <math.h>
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

/* "  cost 0.12", or of several costs each by its name. */
static void show_costs(char *text, size_t size, const nnrt_progress *p)
{
    char number[32];
    size_t length = 0, i = 0;
    for (const nnrt_settings *s = p->settings; s && length < size; s = s->next, i++)
        length += (size_t)snprintf(text + length, size - length, "  %s %s", p->settings->next ? nnrt_cost_name(s->cost) : "cost",
                                   isnan(p->costs[i]) ? "-" : nnrt_show_real(number, p->costs[i], 4));
}

/* Speed, cost and what time is left; the first of them are left out as far as `room` asks for it. */
static void put_figures(nnrt_text *line, const nnrt_progress *p, double speed, int room)
{
    char number[32], figure[3][256];
    double rest = (p->samples - p->done) + (double)(p->settings->epochs - p->epoch) * p->samples;
    double scale = speed >= 1e6 ? 1e6 : speed >= 1e4 ? 1e3 : 1;
    snprintf(figure[0], sizeof figure[0], "  %s%s samples/s", nnrt_show_real(number, speed / scale, 3), scale > 1e3 ? "M" : scale > 1 ? "k" : "");
    show_costs(figure[1], sizeof figure[1], p);
    snprintf(figure[2], sizeof figure[2], "  %s left", nnrt_show_duration(number, rest / speed));
    int i = 0, length = 0;
    for (int k = 0; k < 3; k++)
        length += (int)strlen(figure[k]);
    for (; i < 3 && length > room; i++)
        length -= (int)strlen(figure[i]);
    int cells = room - length - 3; /* the bar takes what they leave */
    if (i == 0 && cells >= 5)
        put_bar(line, cells < 40 ? cells : 40, (double)p->done / p->samples);
    for (; i < 3; i++)
        nnrt_text_add(line, "%s", figure[i]);
}

void nnrt_bar_draw(nnrt_bar *bar, const nnrt_progress *p)
{
    double now = nnrt_now(), past = now - bar->began;
    nnrt_text line = { 0 };
    if (!bar->terminal || (bar->visible && now - bar->drawn < 0.1) || past < 0.05 || p->done <= bar->from)
        return;
    nnrt_text_add(&line, "\repoch %lu/%lu", (unsigned long)p->epoch, (unsigned long)p->settings->epochs);
    int most = width() - 1;
    put_figures(&line, p, (p->done - bar->from) / past, most - (int)line.length + 1);
    if (line.text && (int)line.length - 1 > most) /* too narrow even for the epoch: cut, never wrap */
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
