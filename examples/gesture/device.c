/* device.c: a user's program around the inference-only C. `feed` is what a device would call for each sample of its motion sensor, 25 a
 * second; `decide` says what the last 2.56 seconds were.
 * usage: device windows.csv percent recording.csv answers.csv: the windows, fed sample by sample, must be named rightly so often; then the recording
 * is fed, and what is found in it is printed, and every answer written. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

enum { SAMPLES = 64, CHANNELS = 6, KINDS = 3, EVERY = 5, IN_A_ROW = 4 };

static const char *const name[KINDS] = {"nothing", "wingardium", "flippendo"};
static float window[SAMPLES][CHANNELS]; /* the last samples, oldest first */
static reader_work work;

static void feed(const float sample[CHANNELS])
{
    memmove(window[0], window[1], sizeof window - sizeof window[0]);
    memcpy(window[SAMPLES - 1], sample, sizeof window[0]);
}

/* How probable each kind is; gives the most probable. */
static int decide(float p[KINDS])
{
    int best = 0;
    float sum = 0;
    reader_forward(&work, 1, &window[0][0], p);
    for (int i = 1; i < KINDS; i++)
        if (p[i] > p[best])
            best = i;
    for (int i = KINDS - 1; i >= 0; i--)
        if (i != best)
            p[i] = expf(p[i] - p[best]);
    p[best] = 1;
    for (int i = 0; i < KINDS; i++)
        sum += p[i];
    for (int i = 0; i < KINDS; i++)
        p[i] /= sum;
    return best;
}

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

/* The part of the windows that is named rightly, in percent. */
static double judge(FILE *windows)
{
    static float line[SAMPLES * CHANNELS + 1];
    long right = 0, all = 0;
    while (read_line(windows, line, SAMPLES * CHANNELS + 1)) {
        float p[KINDS];
        for (int t = 0; t < SAMPLES; t++)
            feed(&line[t * CHANNELS]);
        right += decide(p) == (int)line[SAMPLES * CHANNELS];
        all++;
    }
    printf("%ld of %ld windows are named rightly\n", right, all);
    return all > 0 ? 100.0 * (double)right / (double)all : 0;
}

/* Listens to a recording: asks five times a second; a gesture counts when it has been sure of it four times in a row, once until it ends. */
static void listen(FILE *recording, FILE *answers)
{
    float sample[CHANNELS], p[KINDS];
    int kind = 0, times = 0;
    memset(window, 0, sizeof window);
    fprintf(answers, "t,acceleration,rotation,wingardium,flippendo\n");
    for (int t = 1; read_line(recording, sample, CHANNELS); t++) {
        feed(sample);
        if (t < SAMPLES || t % EVERY != 0)
            continue;
        int now = decide(p);
        now = p[now] > 0.9f ? now : 0;
        times = now == kind ? times + 1 : 1;
        kind = now;
        if (kind > 0 && times == IN_A_ROW)
            printf("after %.1f s: %s\n", t / 25.0, name[kind]);
        fprintf(answers, "%.1f,%.3f,%.3f,%.4f,%.4f\n", t / 25.0, sqrt((double)(sample[0] * sample[0] + sample[1] * sample[1] + sample[2] * sample[2])),
                sqrt((double)(sample[3] * sample[3] + sample[4] * sample[4] + sample[5] * sample[5])), (double)p[1], (double)p[2]);
    }
}

int main(int argc, char **argv)
{
    FILE *windows = argc == 5 ? fopen(argv[1], "r") : NULL, *recording = argc == 5 ? fopen(argv[3], "r") : NULL;
    FILE *answers = argc == 5 ? fopen(argv[4], "w") : NULL;
    double wanted, percent;
    if (!windows || !recording || !answers) {
        fprintf(stderr, "usage: device windows.csv percent recording.csv answers.csv\n");
        return 2;
    }
    wanted = strtod(argv[2], NULL);
    percent = judge(windows);
    printf("accuracy %.2f %%, at least %g %%: %s\n", percent, wanted, percent >= wanted ? "good" : "OFF");
    listen(recording, answers);
    fclose(windows);
    fclose(recording);
    return fclose(answers) == 0 && percent >= wanted ? 0 : 1;
}
