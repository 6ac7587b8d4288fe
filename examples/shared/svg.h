/* svg.h: pictures of the examples: line charts and grids of small grey images, written as SVG.
 *
 * A picture is a FILE; whoever draws gives places in pixels from the top left corner. A chart maps its own units into its frame.
 */
#ifndef SVG_H
#define SVG_H

#include <stdio.h>

/* A frame of w x h pixels at (x, y), which shows x0 ... x1 and y0 ... y1; with log_x, log_y the axis is logarithmic (and its bounds positive). */
typedef struct svg_chart {
    double x, y, w, h;
    double x0, x1, y0, y1;
    int log_x, log_y;
} svg_chart;

/* Colours that stand apart, also for the colour-blind; any number is fine. */
const char *svg_colour(int i);

/* NULL and a message where the file can't be written. */
FILE *svg_open(const char *path, int width, int height, const char *title, const char *subtitle);
/* 0, or -1 and a message where not all could be written. */
int svg_close(FILE *f, const char *path);
/* The frame, its grid and the names of its axes. */
void svg_axes(FILE *f, const svg_chart *c, const char *x_name, const char *y_name);
/* A line through n points, what leaves the frame cut off; label (NULL: none) is the number `row` (from 0) of the legend in the top right corner. */
void svg_line(FILE *f, const svg_chart *c, int n, const double *x, const double *y, const char *colour, double width, double opacity);
void svg_legend(FILE *f, const svg_chart *c, int row, const char *label, const char *colour);
void svg_dot(FILE *f, const svg_chart *c, double x, double y, double radius, const char *colour);
void svg_text(FILE *f, double x, double y, const char *anchor, const char *colour, const char *text);
/* rows x columns pixels, 0 (paper) to 1 (ink), each `cell` wide, its top left corner at (x, y), in a frame of that colour. */
void svg_image(FILE *f, double x, double y, double cell, int rows, int columns, const float *pixels, const char *frame);

#endif
