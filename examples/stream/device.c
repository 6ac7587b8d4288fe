/* device.c: a user's program around the stream: feeds it one measurement after another, as they would come from a sensor, and holds
 * its answers against those of the scan, which saw each run as a whole: they must be the same bits. Then how good they are: the root
 * of the mean squared error against that of exponential smoothing, level += a (x - level), with the best a for these very data.
 * usage: device test.csv learn.csv most [curve.csv]: at most this part of the smoothing's error; the first run goes to curve.csv. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

enum { TURNS = 64, RATES = 100 };

static stream_work work;
static stream_state state;

static int read_line(FILE *f, float *values, int wanted)
{
    static char line[8192];
    int n = 0;
    if (!fgets(line, sizeof line, f))
        return 0;
    for (char *s = strtok(line, ",\n"); s && n < wanted; s = strtok(NULL, ",\n"))
        values[n++] = strtof(s, NULL);
    return n == wanted;
}

static double square(double v)
{
    return v * v;
}

/* Sums the squared errors of smoothing with each rate. */
static void smooth(const float *run, double *error)
{
    for (int r = 0; r < RATES; r++) {
        double level = (double)run[0];
        for (int t = 0; t < TURNS; t++) {
            level += (r + 1.0) / RATES * ((double)run[t] - level);
            error[r] += square(level - (double)run[TURNS + t]);
        }
    }
}

int main(int argc, char **argv)
{
    static float run[2 * TURNS], expected[TURNS], said[TURNS]; /* run: the measurements, then the levels */
    static double smoothed[RATES];
    double raw = 0, net = 0, best, share;
    long runs = 0, same = 0;
    FILE *data = argc >= 4 ? fopen(argv[1], "r") : NULL, *answers = argc >= 4 ? fopen(argv[2], "r") : NULL;
    FILE *curve = argc == 5 ? fopen(argv[4], "w") : NULL;
    if (!data || !answers || (argc == 5 && !curve)) {
        fprintf(stderr, "usage: device test.csv learn.csv most [curve.csv]\n");
        return 2;
    }
    read_line(answers, expected, 0); /* the header */
    for (; read_line(data, run, 2 * TURNS) && read_line(answers, expected, TURNS); runs++) {
        stream_reset(&state, 0); /* each run begins anew */
        for (int t = 0; t < TURNS; t++) {
            if (stream_forward(&work, &state, 1, &run[t], &said[t]) != NN_OK)
                return 1;
            same += memcmp(&said[t], &expected[t], sizeof said[t]) == 0;
            net += square((double)said[t] - (double)run[TURNS + t]);
            raw += square((double)run[t] - (double)run[TURNS + t]);
        }
        smooth(run, smoothed);
        if (curve && runs == 0) {
            fprintf(curve, "t,measured,filtered,true level\n");
            for (int t = 0; t < TURNS; t++)
                fprintf(curve, "%d,%.4f,%.4f,%.4f\n", t, (double)run[t], (double)said[t], (double)run[TURNS + t]);
        }
    }
    fclose(data);
    fclose(answers);
    if (curve)
        fclose(curve);
    if (runs == 0)
        return 1;
    best = smoothed[0];
    for (int r = 1; r < RATES; r++)
        best = fmin(best, smoothed[r]);
    share = sqrt(net / best);
    printf("%ld of %ld answers of the stream are the scan's, bit for bit\n", same, runs * TURNS);
    printf("error: measured %.4f, smoothed %.4f, by the net %.4f: %.2f of the smoothed one, at most %s: %s\n", sqrt(raw / (double)(runs * TURNS)),
           sqrt(best / (double)(runs * TURNS)), sqrt(net / (double)(runs * TURNS)), share, argv[3], share <= strtod(argv[3], NULL) ? "good" : "OFF");
    printf("%lu bytes of state and %lu of work\n", (unsigned long)sizeof state, (unsigned long)sizeof work);
    return same == runs * TURNS && share <= strtod(argv[3], NULL) ? 0 : 1;
}
