/* watch.c: a user's program around the inference-only C. `feed` takes what is measured each half an hour and says how strange the last day was.
 *
 * The threshold of an alarm is what one in a thousand days of the healthy machine exceeds. Then the other log is judged, in which faults are marked: the
 * area under the ROC curve (how often a day with a fault is stranger than one without), precision and recall. A day counts as faulty if a third
 * of it is, and days with less of a fault are left out. The largest temperature of the day stands beside it: what a limit alone could do.
 * usage: watch healthy.csv faulty.csv least [curve.csv]: the area must be at least so large. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

enum { PER_DAY = 48, KINDS = 6, MOST = 40000, SHOWN = 45 * PER_DAY };

typedef struct verdict {
    float score, hottest;
    int faulty, kind; /* faulty: 1, 0, or -1: left out */
} verdict;

static const char *const name[KINDS] = {"healthy", "friction", "cooling", "stuck", "loose", "offset"};
static float day[PER_DAY][2]; /* load and temperature, oldest first */
static judge_work work;
static verdict healthy[MOST], judged[MOST];
static float threshold; /* of an alarm */

/* How strange the day is that ends with this measurement, in degrees; `expected` is the temperature that the net would have drawn. */
static float feed(float load, float temperature, float expected[PER_DAY])
{
    float score;
    memmove(day[0], day[1], sizeof day - sizeof day[0]);
    day[PER_DAY - 1][0] = load;
    day[PER_DAY - 1][1] = temperature;
    judge_forward(&work, 1, &day[0][0], &score, expected);
    return score;
}

static float hottest(void)
{
    float most = day[0][1];
    for (int i = 1; i < PER_DAY; i++)
        if (day[i][1] > most)
            most = day[i][1];
    return most;
}

/* Feeds a log; gives how many whole days (they begin each half an hour) it holds. */
static int watch(const char *path, verdict *v, FILE *curve)
{
    char line[128];
    int kinds[PER_DAY] = {0}, n = 0, count = 0;
    FILE *f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f)) /* the header */
        return 0;
    for (; fgets(line, sizeof line, f) && count < MOST; n++) {
        float t, load, temperature, expected[PER_DAY];
        int kind, bad = 0;
        verdict one = {0};
        if (sscanf(line, "%f,%f,%f,%d", &t, &load, &temperature, &kind) != 4)
            return 0;
        one.score = feed(load, temperature, expected);
        kinds[n % PER_DAY] = kind;
        for (int i = 0; i < PER_DAY; i++)
            if (kinds[i]) {
                bad++;
                one.kind = kinds[i];
            }
        one.faulty = bad == 0 ? 0 : bad >= PER_DAY / 3 ? 1 : -1;
        one.hottest = hottest();
        if (n < PER_DAY - 1)
            continue;
        v[count++] = one;
        if (curve && n < SHOWN)
            fprintf(curve, "%.3f,%.2f,%.2f,%.4f,%.4f,%d\n", (double)t / 24, (double)temperature, (double)expected[PER_DAY - 1], (double)one.score,
                    (double)threshold, kind);
    }
    fclose(f);
    return count;
}

static int by_score(const void *a, const void *b)
{
    const float x = ((const verdict *)a)->score, y = ((const verdict *)b)->score;
    return (x < y) - (x > y);
}

static int by_temperature(const void *a, const void *b)
{
    const float x = ((const verdict *)a)->hottest, y = ((const verdict *)b)->hottest;
    return (x < y) - (x > y);
}

/* The area under the ROC curve of verdicts that are sorted, the strangest first. */
static double area(const verdict *v, int count)
{
    double faulty = 0, sound = 0, better = 0;
    for (int i = 0; i < count; i++) {
        faulty += v[i].faulty == 1;
        sound += v[i].faulty == 0;
        better += v[i].faulty == 0 ? faulty : 0;
    }
    return better / (faulty * sound);
}

int main(int argc, char **argv)
{
    int found[KINDS] = {0}, all[KINDS] = {0}, hits = 0, faulty = 0, alarms = 0, sound = 0, days, count;
    double by_net, by_limit, least;
    FILE *curve = argc == 5 ? fopen(argv[4], "w") : NULL;
    if (argc < 4 || (argc == 5 && !curve)) {
        fprintf(stderr, "usage: watch healthy.csv faulty.csv least [curve.csv]\n");
        return 2;
    }
    least = strtod(argv[3], NULL);
    days = watch(argv[1], healthy, NULL);
    if (days == 0)
        return 1;
    qsort(healthy, (size_t)days, sizeof healthy[0], by_score);
    threshold = healthy[days / 1000].score;
    if (curve)
        fprintf(curve, "day,measured,expected,strangeness,threshold,band\n");
    count = watch(argv[2], judged, curve);
    for (int i = 0; i < count; i++) {
        const int called = judged[i].score > threshold;
        if (judged[i].faulty == 1) {
            faulty++;
            hits += called;
            all[judged[i].kind]++;
            found[judged[i].kind] += called;
        } else if (judged[i].faulty == 0) {
            sound++;
            alarms += called;
        }
    }
    if (faulty == 0 || sound == 0)
        return 1;
    for (int k = 1; k < KINDS; k++)
        printf("%-9s %5d days, %5.1f %% found\n", name[k], all[k], 100.0 * found[k] / (all[k] > 0 ? all[k] : 1));
    printf("threshold %.2f degrees: precision %.3f, recall %.3f, false alarms in %.2f %% of the sound days\n", (double)threshold,
           (double)hits / (hits + alarms > 0 ? hits + alarms : 1), (double)hits / faulty, 100.0 * alarms / sound);
    qsort(judged, (size_t)count, sizeof judged[0], by_score);
    by_net = area(judged, count);
    qsort(judged, (size_t)count, sizeof judged[0], by_temperature);
    by_limit = area(judged, count);
    printf("area under the ROC curve %.4f (the largest temperature alone: %.4f), at least %g: %s\n", by_net, by_limit, least, by_net >= least ? "good" : "OFF");
    return (!curve || fclose(curve) == 0) && by_net >= least ? 0 : 1;
}
