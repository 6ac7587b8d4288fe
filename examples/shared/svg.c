/* svg.c: see svg.h. */
#include "svg.h"

#include <math.h>
#include <string.h>

const char *svg_colour(int i)
{
    static const char *const colours[] = { "#1d4f91", "#c8501e", "#2a8a5c", "#8a4ba0", "#b58a00", "#4a4a4a" };
    return colours[i % 6];
}

FILE *svg_open(const char *path, int width, int height, const char *title, const char *subtitle)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return NULL;
    }
    fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n",
            width, height, width, height);
    fprintf(f, "<rect width=\"%d\" height=\"%d\" rx=\"10\" fill=\"#fbfaf7\"/>\n", width, height);
    fprintf(f, "<text x=\"24\" y=\"32\" font-size=\"17\" font-weight=\"bold\" fill=\"#333333\">%s</text>\n", title);
    fprintf(f, "<text x=\"24\" y=\"52\" fill=\"#777777\">%s</text>\n", subtitle);
    return f;
}

int svg_close(FILE *f, const char *path)
{
    fputs("</svg>\n", f);
    int bad = ferror(f);
    if (fclose(f) != 0 || bad) {
        perror(path);
        return -1;
    }
    return 0;
}

static double share(double v, double from, double to, int logarithmic)
{
    return logarithmic ? log(v / from) / log(to / from) : (v - from) / (to - from);
}

static double place_x(const svg_chart *c, double v)
{
    return c->x + c->w * share(v, c->x0, c->x1, c->log_x);
}

static double place_y(const svg_chart *c, double v)
{
    return c->y + c->h * (1 - share(v, c->y0, c->y1, c->log_y));
}

/* The distance of about five ticks: 1, 2 or 5 times a power of ten. */
static double tick(double range)
{
    double power = pow(10, floor(log10(range / 4)));
    double times = range / 4 / power;
    return power * (times < 2 ? 1 : times < 5 ? 2 : 5);
}

static void tick_x(FILE *f, const svg_chart *c, double v)
{
    double x = place_x(c, v);
    fprintf(f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e4e1d9\"/>\n", x, c->y, x, c->y + c->h);
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#777777\">%.10g</text>\n", x, c->y + c->h + 16, v);
}

static void tick_y(FILE *f, const svg_chart *c, double v)
{
    double y = place_y(c, v);
    fprintf(f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e4e1d9\"/>\n", c->x, y, c->x + c->w, y);
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" fill=\"#777777\">%.10g</text>\n", c->x - 6, y + 4, v);
}

/* Ticks of one axis: round numbers, or the powers of ten (and where these are few, twice and five times them). */
static void ticks(FILE *f, const svg_chart *c, double from, double to, int logarithmic, void (*draw)(FILE *, const svg_chart *, double))
{
    if (!logarithmic) {
        double step = tick(to - from);
        for (double k = ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k++)
            draw(f, c, k * step + 0.0);    /* + 0.0: no "-0" */
        return;
    }
    int few = log10(to / from) < 2.5;
    for (double power = pow(10, floor(log10(from))); power <= to; power *= 10)
        for (int times = 1; times <= (few ? 5 : 1); times += times == 1 ? 1 : 3)
            if (times * power >= from * (1 - 1e-9) && times * power <= to * (1 + 1e-9))
                draw(f, c, times * power);
}

void svg_axes(FILE *f, const svg_chart *c, const char *x_name, const char *y_name)
{
    ticks(f, c, c->x0, c->x1, c->log_x, tick_x);
    ticks(f, c, c->y0, c->y1, c->log_y, tick_y);
    fprintf(f, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"#bbb7ad\"/>\n", c->x, c->y, c->w, c->h);
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#555555\">%s</text>\n", c->x + c->w / 2, c->y + c->h + 34, x_name);
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" fill=\"#555555\">%s</text>\n", c->x, c->y - 8, y_name);
    fprintf(f, "<clipPath id=\"frame%.0f-%.0f\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>\n", c->x, c->y, c->x, c->y, c->w, c->h);
}

void svg_line(FILE *f, const svg_chart *c, int n, const double *x, const double *y, const char *colour, double width, double opacity)
{
    fprintf(f, "<polyline clip-path=\"url(#frame%.0f-%.0f)\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-opacity=\"%.2f\" stroke-linejoin=\"round\" points=\"",
            c->x, c->y, colour, width, opacity);
    for (int i = 0; i < n; i++)
        fprintf(f, "%.1f,%.1f ", place_x(c, x[i]), place_y(c, y[i]));
    fputs("\"/>\n", f);
}

void svg_legend(FILE *f, const svg_chart *c, int row, const char *label, const char *colour)
{
    double x = c->x + c->w - 12, y = c->y + 18 + 16 * row;
    fprintf(f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"3\"/>\n", x - 14, y - 4, x, y - 4, colour);
    svg_text(f, x - 20, y, "end", colour, label);
}

void svg_dot(FILE *f, const svg_chart *c, double x, double y, double radius, const char *colour)
{
    fprintf(f, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", place_x(c, x), place_y(c, y), radius, colour);
}

void svg_text(FILE *f, double x, double y, const char *anchor, const char *colour, const char *text)
{
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y, anchor, colour, text);
}

enum { GREYS = 16 };    /* in one path each lie all pixels of one grey, as strokes of width 1: far less text than a rectangle a pixel */

static int grey(float pixel)
{
    return (int)lrintf(GREYS * fminf(fmaxf(pixel, 0), 1));
}

void svg_image(FILE *f, double x, double y, double cell, int rows, int columns, const float *pixels, const char *frame)
{
    fprintf(f, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#ffffff\" stroke=\"%s\"/>\n", x, y, cell * columns, cell * rows, frame);
    fprintf(f, "<g stroke=\"#1d2733\" transform=\"translate(%.1f %.1f) scale(%.2f)\">\n", x, y + cell / 2, cell);
    for (int ink = 1; ink <= GREYS; ink++) {
        int count = 0;
        for (int i = 0; i < rows * columns; i++)
            if (grey(pixels[i]) == ink) {
                if (count++ == 0)
                    fprintf(f, "<path stroke-opacity=\"%.2f\" d=\"", (double)ink / GREYS);
                fprintf(f, "M%d %dh1", i % columns, i / columns);
            }
        fputs(count ? "\"/>\n" : "", f);
    }
    fputs("</g>\n", f);
}
