/* make_data.c: what a logger writes beside a machine: its load and its temperature, every half an hour.
 * usage: make_data DAYS SEED FAULTS > data.csv: a header, then t (hours), load (0 to 1), temperature (degrees), fault (0: none). FAULTS 0: a healthy
 * machine; 1: about every fourth day begins a fault, which lasts one to two days.
 *
 * The room's temperature swings with the day and with the weather. The machine works in shifts, under loads that change every few
 * hours, and less at weekends. Its losses heat it, and it cools with a time constant of two hours. */
#include <stdio.h>
#include <stdlib.h>

#include "../random.h"

enum { PER_DAY = 48 };
enum { HEALTHY, FRICTION, COOLING, STUCK, LOOSE, OFFSET, KINDS };

int main(int argc, char **argv)
{
    double weather = 0, load = 0, level = 0.7, temperature = 25, measured = 25;
    int fault = HEALTHY, since = 0, lasts = 0, faults, samples;
    if (argc != 4) {
        fprintf(stderr, "usage: make_data DAYS SEED FAULTS > data.csv\n");
        return 2;
    }
    samples = (int)strtol(argv[1], NULL, 10) * PER_DAY;
    random_state = strtoull(argv[2], NULL, 10);
    faults = argv[3][0] == '1';
    printf("t,load,temperature,fault\n");
    for (int i = 0; i < samples; i++) {
        const int day = i / PER_DAY, hour = i % PER_DAY / 2;
        const int working = hour >= 6 && hour < (day % 7 >= 5 ? 14 : 22);
        double room, heat = 38, cooling = 0.25, said;
        weather += -weather / 100 + normal(0.3);
        room = 20 + 5 * sin(6.283185307179586 * (i % PER_DAY - 18) / PER_DAY) + weather;
        if (uniform(0, 1) < 0.15)
            level = uniform(0.4, 1);
        load += 0.6 * ((working ? level : 0.05) - load);
        if (fault && ++since > lasts)
            fault = HEALTHY;
        if (!fault && faults && uniform(0, 1) < 1.0 / (4 * PER_DAY)) {
            fault = 1 + (int)uniform(0, KINDS - 1);
            lasts = (int)uniform(48, 96);
            since = 0;
        }
        if (fault == FRICTION) /* a bearing dries up: more and more heat for the same load */
            heat *= 1 + 0.5 * fmin(1, since / 16.0);
        if (fault == COOLING) /* a filter clogs: half the cooling */
            cooling /= 2;
        temperature += heat * load * load / 4 - cooling * (temperature - room);
        said = temperature + normal(0.3);
        if (fault == LOOSE) /* a contact of the sensor */
            said += normal(3);
        if (fault == OFFSET) /* the sensor has slipped from its place */
            said -= 0.25 * (temperature - room);
        if (fault != STUCK) /* the sensor, or the line to it, repeats its last word */
            measured = said;
        printf("%.2f,%.3f,%.2f,%d\n", i / 2.0, fmax(0, load + normal(0.01)), measured, fault);
    }
    return 0;
}
