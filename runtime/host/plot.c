/* plot.c: a run's costs and accuracy against epochs, as an SVG: panels above each other, one for each cost and one for the accuracy
 * where something is judged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

enum { WIDTH = 720, PANEL = 260, LEFT = 72, RIGHT = 24, TOP = 44, GAP = 56, BOTTOM = 52 };

static const char *const colour[] = { "#1f5fa8", "#c4501b" }; /* train, test */

typedef struct series {
    const char *name;
    double (*value)(const nnrt_epoch *epoch, size_t cost); /* NAN: nothing there */
} series;

typedef struct panel {
    char title[80];
    size_t cost;            /* the cost's number in the run */
    series line[2];
    double top;             /* of the drawing area */
    double low, high;       /* what the axis shows */
    double step;            /* between two marks */
} panel;

static double train_cost(const nnrt_epoch *e, size_t cost) { return e->cost ? e->cost[cost].train : e->train.cost; }
static double test_cost(const nnrt_epoch *e, size_t cost) { return !e->tested ? NAN : e->cost ? e->cost[cost].test : e->test.cost; }
static double share(const nnrt_figures *f) { return f->judged ? 100.0 * (double)f->correct / (double)f->judged : NAN; }
static double train_accuracy(const nnrt_epoch *e, size_t cost) { return (void)cost, share(&e->train); }
static double test_accuracy(const nnrt_epoch *e, size_t cost) { return (void)cost, share(&e->test); }

static const series cost_lines[2] = { { "train", train_cost }, { "test", test_cost } };
static const series accuracy_lines[2] = { { "train", train_accuracy }, { "test", test_accuracy } };

/* A step of 1, 2 or 5 times a power of ten, so that about `marks` of them fill the range. */
static double nice_step(double range, int marks)
{
    double raw = range / marks, power = pow(10, floor(log10(raw))), unit = raw / power;
    return power * (unit < 1.5 ? 1 : unit < 3.5 ? 2 : unit < 7.5 ? 5 : 10);
}

/* The range of both lines, widened to whole steps. 0 if there is nothing to draw. */
static int measure(panel *p, const nnrt_epoch *epoch, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < 2; k++) {
            double v = p->line[k].value(&epoch[i], p->cost);
            if (isfinite(v)) {
                low = fmin(low, v);
                high = fmax(high, v);
            }
        }
    if (!(low <= high))
        return 0;
    if (!(high - low > 1e-9 * fabs(high)) || high - low < 1e-300) {
        low -= fabs(low) * 0.05 + 1e-6;
        high += fabs(high) * 0.05 + 1e-6;
    }
    p->step = nice_step(high - low, 5);
    p->low = floor(low / p->step + 1e-9) * p->step;
    p->high = ceil(high / p->step - 1e-9) * p->step;
    return 1;
}

static void number(nnrt_text *t, double value)
{
    nnrt_text_real(t, floor(value * 100 + 0.5) / 100, 8);
}

static double x_of(double epoch, size_t count)
{
    double first = count > 1 ? 1 : 0.5, last = count > 1 ? (double)count : 1.5;
    return LEFT + (epoch - first) / (last - first) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const panel *p, double value)
{
    return p->top + (p->high - value) / (p->high - p->low) * PANEL;
}

static void label(nnrt_text *t, double x, double y, const char *anchor, const char *style, const char *text)
{
    nnrt_text_add(t, "<text x=\"");
    number(t, x);
    nnrt_text_add(t, "\" y=\"");
    number(t, y);
    nnrt_text_add(t, "\" text-anchor=\"%s\"%s>", anchor, style);
    for (; *text; text++)
        nnrt_text_add(t, *text == '<' ? "&lt;" : *text == '&' ? "&amp;" : *text == '>' ? "&gt;" : "%c", *text);
    nnrt_text_add(t, "</text>\n");
}

static void rule(nnrt_text *t, double x1, double y1, double x2, double y2, const char *stroke)
{
    const double at[4] = { x1, y1, x2, y2 };
    static const char *const name[4] = { "x1", "y1", "x2", "y2" };
    nnrt_text_add(t, "<line");
    for (int i = 0; i < 4; i++) {
        nnrt_text_add(t, " %s=\"", name[i]);
        number(t, at[i]);
        nnrt_text_add(t, "\"");
    }
    nnrt_text_add(t, " stroke=\"%s\"/>\n", stroke);
}

static void axes(nnrt_text *t, const panel *p, size_t count)
{
    char mark[32];
    for (int i = 0; p->low + i * p->step <= p->high + 0.5 * p->step; i++) {
        double v = p->low + i * p->step, y = y_of(p, v);
        rule(t, LEFT, y, WIDTH - RIGHT, y, i ? "#dddddd" : "#444444");
        label(t, LEFT - 8, y + 4, "end", "", nnrt_show_real(mark, fabs(v) < 1e-9 * p->step ? 0 : v, 6));
    }
    size_t step = count > 1 ? (size_t)fmax(1, nice_step((double)count, 8)) : 1;
    for (size_t e = count > step ? step : 1; e <= count; e += step) {
        double x = x_of((double)e, count);
        rule(t, x, p->top + PANEL, x, p->top + PANEL + 5, "#444444");
        label(t, x, p->top + PANEL + 19, "middle", "", nnrt_show_real(mark, (double)e, 9));
    }
    rule(t, LEFT, p->top, LEFT, p->top + PANEL, "#444444");
    label(t, LEFT, p->top - 12, "start", " font-weight=\"bold\"", p->title);
}

static void draw(nnrt_text *t, const panel *p, const nnrt_epoch *epoch, size_t count)
{
    double at = WIDTH - RIGHT;
    axes(t, p, count);
    for (int k = 1; k >= 0; k--) {
        size_t points = 0;
        double x = 0, y = 0;
        for (size_t i = 0; i < count; i++) {
            double v = p->line[k].value(&epoch[i], p->cost);
            if (!isfinite(v))
                continue;
            nnrt_text_add(t, "%s", points++ ? " " : "<polyline points=\"");
            number(t, x = x_of((double)i + 1, count));
            nnrt_text_add(t, ",");
            number(t, y = y_of(p, v));
        }
        if (!points)
            continue;
        nnrt_text_add(t, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n<circle cx=\"", colour[k]);
        number(t, x);
        nnrt_text_add(t, "\" cy=\"");
        number(t, y);
        nnrt_text_add(t, "\" r=\"3\" fill=\"%s\"/>\n", colour[k]);
        label(t, at, p->top - 12, "end", k ? " fill=\"#c4501b\"" : " fill=\"#1f5fa8\"", p->line[k].name);
        at -= 64;
    }
}

/* The panels that have something to show, in places below each other; gives how many. */
static size_t make_panels(panel *panels, const nnrt_settings *settings, const nnrt_epoch *epoch, size_t count)
{
    size_t shown = 0, cost = 0;
    for (const nnrt_settings *s = settings; s; s = s->next, cost++) {
        panel *p = &panels[shown];
        snprintf(p->title, sizeof p->title, "%s%.60s", settings->next ? "cost " : "cost", settings->next ? nnrt_cost_name(s->cost) : "");
        p->cost = cost;
        memcpy(p->line, cost_lines, sizeof p->line);
        shown += (size_t)measure(p, epoch, count);
    }
    panel *p = &panels[shown];
    snprintf(p->title, sizeof p->title, "accuracy in %%");
    memcpy(p->line, accuracy_lines, sizeof p->line);
    shown += (size_t)measure(p, epoch, count);
    for (size_t i = 0; i < shown; i++)
        panels[i].top = TOP + 24 + (double)i * (PANEL + GAP);
    return shown;
}

static void picture(nnrt_text *t, const char *title, const panel *panels, size_t shown, const nnrt_epoch *epoch, size_t count)
{
    int many = (int)shown, height = TOP + 24 + (many ? many : 1) * PANEL + (many > 1 ? many - 1 : 0) * GAP + BOTTOM;
    nnrt_text_add(t, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                  " font-size=\"12\" fill=\"#222222\">\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
                  WIDTH, height, WIDTH, height, WIDTH, height);
    label(t, LEFT, 28, "start", " font-size=\"16\"", title);
    for (size_t i = 0; i < shown; i++)
        draw(t, &panels[i], epoch, count);
    label(t, (LEFT + WIDTH - RIGHT) / 2.0, height - 12, "middle", "", many ? "epoch" : "no epoch is finished yet");
    nnrt_text_add(t, "</svg>\n");
}

int nnrt_plot_write(const char *path, const char *title, const nnrt_settings *settings, const nnrt_epoch *epoch, size_t count, nnrt_error *error)
{
    nnrt_text t = { 0 };
    nnrt_replace file;
    size_t costs = 0;
    for (const nnrt_settings *s = settings; s; s = s->next)
        costs++;
    panel *panels = nnrt_allocate(costs + 1, sizeof *panels, "the picture", error);
    if (!panels)
        return 1;
    picture(&t, title, panels, make_panels(panels, settings, epoch, count), epoch, count);
    free(panels);
    if (t.failed)
        return nnrt_error_memory(error, path, count * 100);
    int bad = nnrt_replace_begin(&file, path, error);
    if (!bad) {
        fwrite(t.text, 1, t.length, file.file);
        bad = nnrt_replace_end(&file, error);
    }
    free(t.text);
    return bad;
}
